"""Correcting one's own submitted answers: docs/rules.md, Undo, correct, accept."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event
from queues.actions.people.members import remove_member
from queues.actions.settings import Asked, change_fields
from queues.actions.status import close_queue, pause_queue
from queues.errors import NotMember
from queues.models import Item, ItemOpened, Queue, Reservation
from reviews.actions.correcting import CannotCorrect, correct_annotation, own_correctable
from reviews.actions.drafts import DraftConflict
from reviews.actions.submitting import Invalid
from reviews.models import Annotation, Score
from traces.models import TraceFeedback

from .. import factories
from ..conftest import Cast
from .pages import Desk
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    fields = [
        factories.make_field(cast.project, name="Right"),
        factories.make_field(cast.project, "text", name="Why"),
    ]
    return factories.make_queue(
        cast.project, fields=fields, annotators=[cast.annotator, cast.second], items=2
    )


@pytest.fixture
def me(cast: Cast, queue: Queue) -> Worker:
    return Worker(queue, cast.annotator)


@pytest.fixture
def item(me: Worker) -> Item:
    """Submitted by me, and completed by that."""
    hold = me.claim()
    me.submit(hold, "true", "because")
    return Item.objects.get(pk=hold.item_id)


def correct(me: Worker, item: Item, *answers: str, **more: Any) -> None:
    given = {"round": 1, "version": Annotation.objects.get(item=item, round=1).version, **more}
    correct_annotation(queue=me.queue, item=item, user=me.user, draft=me.draft(*answers), **given)


def values(item: Item) -> list[Any]:
    live = Score.objects.filter(item=item, superseded_at=None).order_by("field__name")
    return list(live.values_list("value", flat=True))


def test_the_old_score_stays_as_superseded_and_the_new_one_counts(me: Worker, item: Item) -> None:
    correct(me, item, "false", "because")
    assert values(item) == [False, "because"]
    old = Score.objects.exclude(superseded_at=None).get()
    assert old.value is True


def test_what_did_not_change_is_not_written_again(me: Worker, item: Item) -> None:
    correct(me, item, "true", "because")
    assert Score.objects.count() == 2
    assert Annotation.objects.get().version == 1
    assert not Event.objects.filter(attribute="answers").exists()


def test_the_number_of_annotations_and_the_status_stay(me: Worker, item: Item) -> None:
    before = Item.objects.values("status", "completed_at", "round", "required").get(pk=item.pk)
    correct(me, item, "false", "because")
    assert (
        Item.objects.values("status", "completed_at", "round", "required").get(pk=item.pk) == before
    )


def test_feedback_of_a_completed_item_is_published_anew(me: Worker, item: Item) -> None:
    correct(me, item, "false", "why not")
    live = Score.objects.filter(superseded_at=None).values_list("pk", flat=True)
    assert set(TraceFeedback.objects.values_list("score_id", flat=True)) == set(live)
    assert set(TraceFeedback.objects.values_list("text", flat=True)) == {None, "why not"}


def test_the_event_names_the_fields_and_never_an_answer(me: Worker, item: Item) -> None:
    correct(me, item, "true", "a secret reason")
    event = Event.objects.get(object_type="annotation", attribute="answers")
    assert (event.from_value, event.to_value, event.reason) == ("", "", "Why")


def test_the_fields_of_its_submit_judge_it(cast: Cast, me: Worker, item: Item) -> None:
    asked = [Asked(row.field) for row in me.queue.queue_fields.order_by("order")]
    added = factories.make_field(cast.project, name="Added later")
    change_fields(queue=me.queue, fields=[asked[0], Asked(added)], actor=SYSTEM)
    mine = own_correctable(me.queue, item, me.user)
    assert [one.field.name for one in mine.asked] == ["Right", "Why"]
    with pytest.raises(Invalid) as wrong:
        correct_annotation(
            queue=me.queue, item=item, user=me.user, round=1, version=1, draft=me.draft("true")
        )
    assert list(wrong.value.errors) == [str(asked[1].field.pk)]
    assert values(item) == [True, "because"]


def test_another_tabs_correction_is_a_conflict(me: Worker, item: Item) -> None:
    correct(me, item, "false", "because")
    with pytest.raises(DraftConflict) as conflict:
        correct(me, item, "true", "older tab", version=1)
    assert conflict.value.version == 2
    assert values(item) == [False, "because"]


@pytest.mark.parametrize(
    ("change", "says"),
    [({"round": 2}, "round"), ({"review_state": "approved"}, "approved"),
     ({"removed_at": "now"}, "taken out")],
)  # fmt: skip
def test_refused_in_another_round_or_approved_or_removed(
    me: Worker, item: Item, change: dict[str, Any], says: str
) -> None:
    before = {name: getattr(item, name) for name in change}
    if "removed_at" in change:
        change = {"removed_at": sql.clock()}
    Item.objects.filter(pk=item.pk).update(**change)
    with pytest.raises(CannotCorrect, match=says):
        correct(me, item, "false", "x")
    Item.objects.filter(pk=item.pk).update(**before)


def test_refused_once_a_reviewer_has_opened_it(cast: Cast, me: Worker, item: Item) -> None:
    Reservation.objects.create(
        kind="review", queue=me.queue, item=item, round=1, annotator=cast.reviewer,
        token=uuid4(), opened_at=sql.clock(), ended_at=sql.clock(), ending="released",
    )  # fmt: skip
    with pytest.raises(CannotCorrect, match="reviewer"):
        correct(me, item, "false", "x")


def test_refused_for_one_who_has_seen_others_answers(me: Worker, item: Item) -> None:
    ItemOpened.objects.create(item=item, user=me.user)
    with pytest.raises(CannotCorrect, match="others' answers"):
        correct(me, item, "false", "x")


def test_while_the_queue_is_active_or_paused_and_no_longer(me: Worker, item: Item) -> None:
    pause_queue(queue=me.queue, actor=SYSTEM)
    correct(me, item, "false", "paused")
    close_queue(queue=me.queue, actor=SYSTEM)
    with pytest.raises(CannotCorrect, match="closed"):
        correct(me, item, "true", "closed")
    assert values(item) == [False, "paused"]


def test_only_ones_own_and_only_as_a_member(cast: Cast, me: Worker, item: Item) -> None:
    with pytest.raises(CannotCorrect):
        correct(Worker(me.queue, cast.second), item, "false", "x")
    remove_member(queue=me.queue, user=me.user, actor=SYSTEM)
    with pytest.raises(NotMember):
        correct(me, item, "false", "x")


# ---- the page ------------------------------------------------------------------------------------


@pytest.fixture
def desk(cast: Cast, queue: Queue) -> Desk:
    return Desk.of(queue, cast.annotator)


def form_of(desk: Desk, item: Item, *answers: str) -> dict[str, str]:
    page = desk.client.get(desk.url("item-correct", item.pk)).context["form"]
    asked = me_fields(desk.queue)
    given = {f"f-{pk}": answer for pk, answer in zip(asked, answers, strict=True)}
    return {"round": str(page.round), "version": str(page.version), **given}


def me_fields(queue: Queue) -> list[str]:
    return [str(row.field_id) for row in queue.queue_fields.order_by("order")]


def test_ones_history_offers_it_and_the_form_holds_the_answers(desk: Desk, item: Item) -> None:
    address = desk.url("item-correct", item.pk)
    assert address in desk.client.get(desk.url("own-work")).content.decode()
    page = desk.client.get(address).content.decode()
    assert "because" in page
    assert "checked" in page
    assert "Where is my parcel?" in page


def test_posting_the_form_corrects_and_goes_back_to_ones_history(desk: Desk, item: Item) -> None:
    address = desk.url("item-correct", item.pk)
    response = desk.client.post(address, form_of(desk, item, "false", "mended"))
    assert response["Location"] == desk.url("own-item", item.pk)
    assert values(item) == [False, "mended"]


def test_a_missing_answer_is_told_at_its_field_with_what_was_typed(desk: Desk, item: Item) -> None:
    address = desk.url("item-correct", item.pk)
    response = desk.client.post(address, form_of(desk, item, "false", ""))
    page = response.content.decode()
    assert response.status_code == 422
    assert "This needs an answer." in page
    assert values(item) == [True, "because"]


def test_a_stale_page_shows_both_and_changes_nothing(me: Worker, desk: Desk, item: Item) -> None:
    sent = form_of(desk, item, "true", "typed in the old tab")
    correct(me, item, "false", "typed in the new tab")
    response = desk.client.post(desk.url("item-correct", item.pk), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "typed in the old tab" in page
    assert "typed in the new tab" in page
    assert values(item) == [False, "typed in the new tab"]


def test_what_cannot_be_corrected_says_why_and_is_not_offered(desk: Desk, item: Item) -> None:
    close_queue(queue=desk.queue, actor=SYSTEM)
    address = desk.url("item-correct", item.pk)
    assert address not in desk.client.get(desk.url("own-work")).content.decode()
    assert desk.client.get(address)["Location"] == desk.url("own-work")
    assert "This queue is closed." in desk.client.get(desk.url("own-work")).content.decode()


def test_what_was_typed_into_a_form_that_came_too_late_is_shown_to_be_copied(
    desk: Desk, item: Item
) -> None:
    sent = form_of(desk, item, "false", "typed <while> it was closed\nin two lines")
    close_queue(queue=desk.queue, actor=SYSTEM)
    response = desk.client.post(desk.url("item-correct", item.pk), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "This queue is closed. Your answers stay as they are." in page
    assert "typed &lt;while&gt; it was closed\nin two lines" in page
    right, _why = response.context["typed"]
    assert (right.name, right.text) == ("Right", "No")
    assert f'href="{desk.url("own-work")}">Go back' in page
    assert "<textarea" not in page
    assert values(item) == [True, "because"]


def test_a_note_is_shown_as_well_and_a_field_without_an_answer_is_not(
    desk: Desk, item: Item
) -> None:
    right, why = me_fields(desk.queue)
    desk.queue.queue_fields.update(allow_note=True)
    Item.objects.filter(pk=item.pk).update(round=2)
    sent = {"round": "1", "version": "1", f"f-{why}": "", f"n-{right}": "a word about it"}
    response = desk.client.post(f"{desk.url('item-correct', item.pk)}?from=workspace", sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "a word about it" in page
    assert [one.name for one in response.context["typed"]] == ["Right"]
    assert f'href="{desk.url("workspace")}">Go back' in page
    Item.objects.filter(pk=item.pk).update(round=1)


def test_others_and_foreign_items_are_not_shown(cast: Cast, desk: Desk, item: Item) -> None:
    other = Desk.of(desk.queue, cast.second)
    response = other.client.get(other.url("item-correct", item.pk))
    assert response.status_code == 302
    assert "because" not in other.client.get(response["Location"]).content.decode()
    manager = Desk.of(desk.queue, cast.manager)
    assert manager.client.get(manager.url("item-correct", item.pk)).status_code == 403
    foreign = factories.make_queue(cast.project, items=1).items.get()
    assert desk.client.get(desk.url("item-correct", foreign.pk)).status_code == 404
    assert reverse("home")
