"""Guidelines: versions kept, read or changed since, and what changed in them."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from annotate_site.projects.events import Actor
from annotate_site.projects.models import User
from queues.access import Belonging
from queues.actions.settings import change_settings
from queues.models import GuidelinesVersion, Queue, QueueMember
from queues.queries.guidelines import MOST_LINES, Change, changes_between, rail_of, revisions_of

from .. import factories
from ..conftest import Cast
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
JSON = {"Accept": "application/json"}


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(
        cast.project, annotators=[cast.annotator], reviewers=[cast.reviewer], items=1,
        guidelines="Be fair.\n\nBe brief.",
    )  # fmt: skip


def write(cast: Cast, queue: Queue, text: str) -> None:
    change_settings(queue=queue, settings={"guidelines": text}, actor=Actor.person(cast.manager))


def seen(page: str) -> str:
    found = re.search(r'name="seen"\s+value="([^"]+)"', page)
    assert found
    return found[1].replace("&#x2B;", "+")


def rail(client: Client, cast: Cast, queue: Queue) -> str:
    response = client.get(f"{url('queue-detail', cast.project, queue)}workspace/")
    page = response.content.decode()
    return page[page.index("<aside") : page.index("</aside>")]


def test_what_was_read_is_marked_when_it_changes_until_it_is_read_again(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    client, address = browser_of(cast.annotator), url("guidelines", cast.project, queue)
    first = rail(client, cast, queue)
    assert "Changed since" not in first
    assert client.post(address, {"seen": seen(first)}, headers=JSON).json() == {"changed": False}
    write(cast, queue, "Be fair.\n\nBe kind.")
    write(cast, queue, "Be fair.\n\nBe kind and brief.\n\nQuote the trace.")
    changed = rail(client, cast, queue)
    assert "Changed since you last read them" in changed
    assert re.findall(r"<(ins|del)>([^<]+)", changed) == [
        ("ins", " kind and"), ("ins", "Quote the trace."),
    ]  # fmt: skip
    assert "Changed since" in read(client, address)
    assert client.post(address, {"seen": seen(first)}, headers=JSON).json() == {"changed": True}
    assert client.post(address, {"seen": seen(changed)}, headers=JSON).json() == {"changed": False}
    assert "Changed since" not in rail(client, cast, queue)


def test_reading_a_page_marks_nothing_as_read(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    client = browser_of(cast.annotator)
    read(client, url("guidelines", cast.project, queue))
    rail(client, cast, queue)
    assert QueueMember.objects.get(queue=queue, user=cast.annotator).guidelines_read_at is None


def test_the_rail_is_remembered_and_nonsense_is_passed_over(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    client, address = browser_of(cast.annotator), url("guidelines", cast.project, queue)
    member = QueueMember.objects.get(queue=queue, user=cast.annotator)
    for sent, is_open in (("1", True), ("0", False), ("1", True), (None, True)):
        body = {"seen": "2026-99-99T00:00"} | ({"open": sent} if sent else {})
        assert client.post(address, body, headers=JSON).status_code == 200
        member.refresh_from_db()
        assert (member.guidelines_open, member.guidelines_read_at) == (is_open, None)
    client.post(f"{url('queue-detail', cast.project, queue)}workspace/")
    assert "data-kept" in rail(client, cast, queue)


def test_who_only_reads_results_has_nothing_to_remember(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    address = url("guidelines", cast.project, queue)
    for user, status in ((cast.manager, 403), (cast.viewer, 403), (cast.reviewer, 302)):
        assert browser_of(user).post(address, {"open": "1"}).status_code == status
    page = read(browser_of(cast.viewer), address)
    assert '<p dir="auto">Be fair.</p>' in page


def test_every_change_is_kept_and_told_newest_first(
    cast: Cast, queue: Queue, django_assert_num_queries: object
) -> None:
    assert callable(django_assert_num_queries)
    write(cast, queue, "Be fair.")
    write(cast, queue, "Be fair.")  # nothing differs
    write(cast, queue, "")
    queue.refresh_from_db()
    assert [one.text for one in GuidelinesVersion.objects.all()] == [
        "Be fair.\n\nBe brief.", "Be fair.",
    ]  # fmt: skip
    with django_assert_num_queries(1):
        told = revisions_of(queue)
    assert [one.changes for one in told] == [
        [Change("gone", [("gone", "Be fair.")])], [Change("gone", [("gone", "Be brief.")])],
    ]  # fmt: skip


def test_an_unchanged_rail_costs_no_statement(
    queue: Queue, django_assert_num_queries: object
) -> None:
    assert callable(django_assert_num_queries)
    with django_assert_num_queries(0):
        assert rail_of(queue, Belonging()).changes == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("a\n\nb", "a\nb  ", []),
        ("", "New.", [Change("new", [("new", "New.")])]),
        (
            "Rate the tone 1 to 5.", "Rate the tone 1 to 7.",
            [Change("changed", [
                ("kept", "Rate the tone 1 to "), ("gone", "5"), ("new", "7"), ("kept", "."),
            ])],
        ),
        (
            "Wholly other words", "This says 42 ?!",
            [
                Change("gone", [("gone", "Wholly other words")]),
                Change("new", [("new", "This says 42 ?!")]),
            ],
        ),
        ("x\n" * (MOST_LINES + 1), "x", None),
    ],
)  # fmt: skip
def test_changes_are_told_line_by_line_and_word_by_word(
    before: str, after: str, told: list[Change] | None
) -> None:
    assert changes_between(before, after) == told


def test_changed_text_is_shown_as_text(cast: Cast, browser_of: BrowserOf, queue: Queue) -> None:
    write(cast, queue, "<img src=x onerror=alert(1)>")
    page = read(browser_of(cast.annotator), url("guidelines", cast.project, queue))
    assert "<img" not in page
    assert "&lt;img src=x" in page
