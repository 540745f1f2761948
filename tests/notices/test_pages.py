"""The page of notices: what it lists and counts, reading, where it leads, what one chooses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from annotate_site.projects.models import Notice, NoticeKind, Project, User
from queues.models import Queue
from queues.notices.choices import choices_of
from queues.notices.following import notify

from .. import factories
from ..conftest import Cast
from ..reviews.judging import answer

pytestmark = pytest.mark.django_db
LIST, SETTINGS = "/notices/", "/notices/settings/"
UNREAD = "unread</span></span>"


@pytest.fixture
def client(cast: Cast, browser_of: Callable[[User], Client]) -> Client:
    """The reviewer's."""
    return browser_of(cast.reviewer)


def read(client: Client, address: str = LIST) -> str:
    return client.get(address).content.decode()


def test_a_notice_names_its_queue_and_counts_and_leads_to_where_one_acts(
    cast: Cast, client: Client, queue: Queue
) -> None:
    answer(queue, cast.annotator)
    notify()
    page = read(client)
    assert "1 item is waiting for your review." in page
    assert "You were added as a reviewer." in page
    assert "Refunds" in page
    assert cast.annotator.name not in page
    notice = Notice.objects.get(user=cast.reviewer, kind="review")
    there = reverse("reviews:review-list", args=[cast.project.slug, queue.pk])
    assert client.post(f"/notices/{notice.pk}/open/")["Location"] == there
    assert Notice.objects.get(pk=notice.pk).read_at


@pytest.mark.parametrize(
    ("kind", "there"),
    [
        ("invited", "queues:queue-detail"), ("sent_back", "reviews:workspace"),
        ("review", "reviews:review-list"), ("due_soon", "queues:queue-detail"),
        ("completed", "queues:queue-progress"),
    ],
)  # fmt: skip
def test_each_kind_leads_where_its_reader_may_go(
    cast: Cast, browser_of: Callable[[User], Client], queue: Queue, kind: str, there: str
) -> None:
    readers = {"review": cast.reviewer, "completed": cast.manager}
    reader = readers.get(kind, cast.annotator)
    notice, _ = Notice.objects.get_or_create(
        user=reader, project=cast.project, queue_id=queue.pk, kind=kind
    )
    mine = browser_of(reader)
    landed = mine.post(f"/notices/{notice.pk}/open/", follow=True)
    assert landed.redirect_chain == [(reverse(there, args=[cast.project.slug, queue.pk]), 302)]
    assert landed.status_code == 200


def test_the_navigation_counts_what_is_unread_and_as_much_is_listed(
    cast: Cast, client: Client, queue: Queue
) -> None:
    answer(queue, cast.annotator)
    notify()
    for address in (LIST, "/my-work/", SETTINGS):
        assert f'<span class="count">2<span class="sr-only"> {UNREAD}' in read(client, address)
    page = read(client)
    assert page.count('data-state="unread"') == 2
    notice = Notice.objects.filter(user=cast.reviewer).earliest("pk")
    assert client.post(f"/notices/{notice.pk}/read/")["Location"] == LIST
    page = read(client)
    assert f'<span class="count">1<span class="sr-only"> {UNREAD}' in page
    assert page.count('data-state="unread"') == 1
    assert client.post("/notices/read/")["Location"] == LIST
    page = read(client)
    assert UNREAD not in page
    assert "Mark all read" not in page
    assert page.count('data-state="read"') == 2


def test_without_notices_the_page_says_what_will_be_there(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    for user in (cast.manager, cast.stranger):
        assert "No notices yet." in read(browser_of(user))


def test_somebody_elses_notice_is_not_found(
    cast: Cast, browser_of: Callable[[User], Client], queue: Queue
) -> None:
    notice = Notice.objects.get(user=cast.reviewer)
    other = browser_of(cast.annotator)
    for verb in ("open", "read"):
        assert other.post(f"/notices/{notice.pk}/{verb}/").status_code == 404
    other.post("/notices/read/")
    assert Notice.objects.get(pk=notice.pk).read_at is None


def test_a_kind_that_is_off_is_neither_listed_nor_counted_and_comes_back(
    cast: Cast, client: Client, queue: Queue
) -> None:
    wanted = [kind for kind in NoticeKind if kind != "invited"]
    assert client.post(SETTINGS, {"page": wanted})["Location"] == SETTINGS
    page = read(client)
    assert "No notices yet." in page
    assert UNREAD not in page
    client.post(SETTINGS, {"page": [*wanted, "invited"]})
    assert "You were added as a reviewer." in read(client)


def test_everything_can_be_turned_off_and_nothing_else_is_taken(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    client.post(SETTINGS, {"page": ["digest", "nonsense"], "mail": ["digest", ""]})
    chosen = choices_of(cast.reviewer)
    assert set(chosen) == set(NoticeKind.values)
    assert {kind for kind, (_, by_mail) in chosen.items() if by_mail} == {"digest"}


def test_mail_is_on_and_the_digest_off_until_somebody_says_otherwise(cast: Cast) -> None:
    assert {kind for kind, (_, by_mail) in choices_of(cast.reviewer).items() if not by_mail} == {
        "digest"
    }


def test_without_a_mail_server_the_page_says_so_and_keeps_what_was_chosen_of_mails(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    assert "E-mail goes to" in read(client, SETTINGS)
    client.post(SETTINGS, {"mail": ["digest"]})
    settings.EMAIL_HOST = ""
    page = read(client, SETTINGS)
    assert "This site doesn&#x27;t send e-mail" in page.replace("doesn't", "doesn&#x27;t")
    assert 'name="mail"' not in page
    client.post(SETTINGS, {"page": ["review"]})
    assert choices_of(cast.reviewer)["digest"] == (False, True)
    assert choices_of(cast.reviewer)["review"] == (True, False)


@pytest.mark.parametrize(
    ("days", "words"),
    [(3, "Due in 3 days, "), (1, "Due tomorrow, "), (0, "Due today, "), (-2, "Was due on ")],
)
def test_a_due_date_is_told_as_it_is_now(
    cast: Cast, client: Client, queue: Queue, days: int, words: str
) -> None:
    Queue.objects.update(due_date=timezone.now().date() + timedelta(days=days))
    Notice.objects.create(
        user=cast.reviewer, project=cast.project, queue_id=queue.pk, kind="due_soon"
    )
    assert words in read(client)


def test_a_hostile_name_of_a_queue_is_shown_as_it_is_written(
    cast: Cast, client: Client, queue: Queue
) -> None:
    Queue.objects.update(name="<img src=x onerror=alert(1)>")
    page = read(client)
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("queues", [1, 10])
def test_the_page_asks_the_same_however_many_notices(
    cast: Cast,
    client: Client,
    queue: Queue,
    queues: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(queues - 1):
        factories.make_queue(cast.project, by=cast.manager, reviewers=[cast.reviewer])
    with django_assert_num_queries(8):  # with session, person, navigation, clock
        assert read(client).count('data-state="unread"') == queues


def test_notices_of_an_archived_project_are_gone(cast: Cast, client: Client, queue: Queue) -> None:
    Project.objects.update(archived_at=timezone.now())
    assert "No notices yet." in read(client)
