"""Review pages over HTTP: who may, what they show, decisions with and without scripts."""

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from queues.actions.people.members import add_members, remove_member
from queues.models import Item, ItemOpened, Queue, Reservation
from reviews.models import Annotation, Review, Score

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue, state_of
from .pages import HTMX, Desk
from .review_pages import OF_QUEUE, opened, read, sent, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]

OF_REVIEWERS = [
    "review-next", "review-bulk", "item-review", "item-review-draft", "item-review-extend",
    "item-review-release", "item-approve", "item-reject",
]  # fmt: skip
OF_MANAGERS = ["item-reopen", "item-clear-decision"]


@pytest.mark.parametrize("name", [*OF_REVIEWERS, *OF_MANAGERS, "review-list", "review-decided"])
def test_strangers_find_nothing_and_others_are_refused(
    cast: Cast, queue: Queue, item: Item, browser_of: BrowserOf, name: str
) -> None:
    address, before = url(name, queue, item), Event.objects.count()
    gets = name in ("review-list", "review-decided")
    for user, status in [
        (cast.stranger, 404), (cast.other_manager, 404), (cast.staff, 404),
        (cast.annotator, 403), (cast.viewer, 200 if gets else 403), (cast.member, 403),
    ]:  # fmt: skip
        client = browser_of(user)
        response = client.get(address) if gets else client.post(address)
        assert response.status_code == status, user
    allowed = cast.manager if name in OF_MANAGERS else cast.reviewer
    other = cast.reviewer if allowed == cast.manager else cast.manager
    if not gets:
        assert browser_of(other).post(address).status_code == 403
    assert Event.objects.count() == before


@pytest.mark.parametrize("name", [n for n in OF_REVIEWERS if n != "item-review"] + OF_MANAGERS)
def test_what_changes_something_is_no_get(
    cast: Cast, queue: Queue, item: Item, browser_of: BrowserOf, name: str
) -> None:
    user = cast.manager if name in OF_MANAGERS else cast.reviewer
    assert browser_of(user).get(url(name, queue, item)).status_code == 405


@pytest.mark.parametrize("name", [n for n in OF_REVIEWERS if n not in OF_QUEUE])
def test_an_item_of_another_queue_is_not_found(
    cast: Cast, queue: Queue, item: Item, client: Client, name: str
) -> None:
    other = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    stray = Item.objects.filter(queue=other).get()
    assert client.post(url(name, queue, stray), {"round": "1", "version": "0"}).status_code == 404
    assert not ItemOpened.objects.exists()


def test_the_answers_show_side_by_side_once_the_item_is_held(
    cast: Cast, queue: Queue, item: Item, client: Client
) -> None:
    before = read(client, url("item-review", queue, item))
    assert "Review this item" in before
    assert "Amara" not in before
    page = opened(client, queue, item)
    for words in ("Amara Nwosu", "Tomasz Zielinski", "Differ", "Where is my parcel?",
                  "Judge the <strong>answer</strong>", "Yes", "No"):  # fmt: skip
        assert words in page, words
    assert ItemOpened.objects.get().user == cast.reviewer


def test_who_comes_second_reads_who_has_it_and_no_answer(
    cast: Cast, queue: Queue, item: Item, client: Client, browser_of: BrowserOf
) -> None:
    opened(client, queue, item)
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_review=True)
    page = opened(browser_of(cast.member), queue, item)
    assert "Rosa Delgado is reviewing this item" in page
    assert "Amara" not in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_approving_opens_the_next_item(
    cast: Cast, queue: Queue, item: Item, client: Client, headers: dict[str, str]
) -> None:
    later = answer(queue, cast.annotator, cast.second)
    data = sent(opened(client, queue, item), unsettled="1")
    response = client.post(url("item-approve", queue, item), data, headers=headers)
    address = response.headers.get("HX-Redirect") or response.headers["Location"]
    assert address == url("item-review", queue, later)
    assert state_of(item)[0] == "completed"


def test_a_final_value_that_is_wrong_says_so_and_keeps_what_was_typed(
    cast: Cast, queue: Queue, item: Item, client: Client
) -> None:
    field = queue.fields.get()
    data = sent(opened(client, queue, item), **{f"f-{field.pk}": "maybe", "n-remark": "Hm"})
    for headers in ({}, HTMX):
        response = client.post(url("item-approve", queue, item), data, headers=headers)
        page = response.content.decode()
        assert response.status_code == 422
        assert "Hm" in page
        data |= {"version": sent(page)["version"]}
    assert not Score.objects.filter(annotation=None).exists()
    client.post(url("item-approve", queue, item), data | {f"f-{field.pk}": "false"})
    assert Score.objects.get(annotation=None).value is False


def test_remarks_reach_their_authors_and_nobody_else(
    cast: Cast, queue: Queue, item: Item, client: Client
) -> None:
    field, annotations = queue.fields.get(), Annotation.objects.filter(item=item)
    mine, theirs = annotations.get(annotator=cast.annotator), annotations.get(annotator=cast.second)
    data = sent(opened(client, queue, item), **{
        "n-remark": "For both of you", f"n-{mine.pk}-{field.pk}": "Amara alone",
        f"n-{theirs.pk}-{field.pk}": "Tomasz alone", "to": "same",
    })  # fmt: skip
    client.post(url("item-reject", queue, item), data)
    review = Review.objects.get()
    assert review.remarks == {
        f"{mine.pk}:{field.pk}": "Amara alone", f"{theirs.pk}:{field.pk}": "Tomasz alone",
    }  # fmt: skip
    page = Desk.of(queue, cast.annotator).start()
    assert "For both of you" in page
    assert "Amara alone" in page
    assert "Tomasz" not in page
    assert re.search(r'value="true"[^>]*checked', page)


def test_a_newcomer_finds_no_remark_and_no_answer_on_any_page(
    cast: Cast, queue: Queue, item: Item, client: Client
) -> None:
    field = queue.fields.get()
    mine = Annotation.objects.get(item=item, annotator=cast.annotator)
    data = sent(opened(client, queue, item), **{
        "n-remark": "Hidden remark", f"n-{mine.pk}-{field.pk}": "Hidden too",
    })  # fmt: skip
    client.post(url("item-reject", queue, item), data)
    remove_member(queue=queue, user=cast.second, actor=SYSTEM)
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_annotate=True)
    desk = Desk.of(queue, cast.member)
    pages = [
        desk.start(), desk.client.get(desk.url("own-work")).content.decode(),
        desk.client.get(reverse("queues:queue-detail", args=[cast.project.slug, queue.pk]))
        .content.decode(),
    ]  # fmt: skip
    assert f'data-item="{item.pk}"' in pages[0]
    for page in pages:
        assert "Hidden" not in page
        assert "Rosa" not in page
    assert not re.search(r'<input[^>]*name="f-[^>]* checked', pages[0])


def test_the_second_decision_is_told_the_first(
    cast: Cast, queue: Queue, item: Item, client: Client, browser_of: BrowserOf
) -> None:
    data = sent(opened(client, queue, item))
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_review=True)
    client.post(url("item-review-release", queue, item), data)
    other = browser_of(cast.member)
    theirs = sent(opened(other, queue, item), **{"n-remark": "No"})
    other.post(url("item-reject", queue, item), theirs)
    response = client.post(url("item-approve", queue, item), data | {"version": "1"}, headers=HTMX)
    assert response.status_code == 409
    assert "Meera Pillai has sent this item back already" in response.content.decode()


def test_autosave_keeps_the_draft_and_tells_the_version(
    queue: Queue, item: Item, client: Client
) -> None:
    data = sent(opened(client, queue, item), **{"n-remark": "Half a thought"})
    response = client.post(url("item-review-draft", queue, item), data)
    answer = json.loads(response.content)
    assert (answer["version"], answer["state"]) == (1, "saved")
    assert answer["seconds"] > 3500
    assert "Half a thought" in read(client, url("item-review", queue, item))
    stale = client.post(url("item-review-draft", queue, item), data | {"n-remark": "Other"})
    assert stale.status_code == 409
    more = client.post(url("item-review-extend", queue, item))
    assert json.loads(more.content)["seconds"] > 3500


def test_putting_back_saves_and_leads_to_the_list(queue: Queue, item: Item, client: Client) -> None:
    data = sent(opened(client, queue, item), **{"n-remark": "Later"})
    response = client.post(url("item-review-release", queue, item), data)
    assert response.headers["Location"] == url("review-list", queue)
    assert Reservation.objects.get(kind="review").ending == "released"
    assert Review.objects.get().draft["remark"] == "Later"


def test_a_manager_reopens_and_clears_with_a_reason(
    cast: Cast, queue: Queue, item: Item, client: Client, browser_of: BrowserOf
) -> None:
    data = sent(opened(client, queue, item), unsettled="1")
    client.post(url("item-approve", queue, item), data)
    manager = browser_of(cast.manager)
    address = reverse("queues:item-detail", args=[queue.project.slug, queue.pk, item.pk])
    page = read(manager, address)
    assert "Rosa Delgado" in page
    assert "Clear the decision" in page
    manager.post(url("item-clear-decision", queue, item), {"reason": ""})
    assert state_of(item)[0] == "completed"
    manager.post(url("item-clear-decision", queue, item), {"reason": "Too quick"})
    assert state_of(item)[0] == "pending_review"
    manager.post(url("item-reopen", queue, item), {"reason": "New guideline"})
    assert state_of(item) == ("pending", 2, "")
    assert "; cleared" in read(manager, address)


def test_a_decided_item_stays_readable_to_who_reviewed_it_alone(
    cast: Cast, queue: Queue, item: Item, client: Client, browser_of: BrowserOf
) -> None:
    data = sent(opened(client, queue, item), **{"n-remark": "Look again"})
    client.post(url("item-reject", queue, item), data)
    page = read(client, url("item-review", queue, item))
    assert "Look again" in page
    assert "Amara Nwosu" in page
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_review=True)
    other = read(browser_of(cast.member), url("item-review", queue, item))
    assert "Amara" not in other
    assert "Look again" not in other


def test_earlier_rounds_stand_folded_below_the_answers(
    cast: Cast, queue: Queue, item: Item, client: Client
) -> None:
    data = sent(opened(client, queue, item), **{"n-remark": "Once more please"})
    client.post(url("item-reject", queue, item), data)
    answer(queue, cast.annotator, cast.second)
    page = opened(client, queue, item)
    assert "Round 1" in page
    assert "Once more please" in page
    assert Judge(queue, cast.reviewer).form(item).round == 2


def test_the_setting_is_in_the_form_and_a_change_is_an_event(
    cast: Cast, browser_of: BrowserOf
) -> None:
    plain = factories.make_queue(cast.project, by=cast.manager)
    client = browser_of(cast.manager)
    address = reverse("queues:queue-settings", args=[cast.project.slug, plain.pk])
    assert 'name="requires_review"' in read(client, address)
    new = reverse("queues:queue-new", args=[cast.project.slug])
    assert 'name="requires_review"' in read(client, new)
    form = client.get(address).context["form"]
    data = {f"initial-{name}": form[name].value() or "" for name in form.fields}
    data |= {name: form[name].value() or "" for name in form.fields if name != "hide_model"}
    client.post(address, data | {"hide_model": "on", "requires_review": "on"})
    plain.refresh_from_db()
    assert plain.requires_review
    assert Event.objects.filter(queue_id=plain.pk, attribute="requires_review").count() == 1
