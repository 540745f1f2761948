"""What a reject sends back: a new round, with answers and remarks for their authors alone."""

from dataclasses import replace

import pytest

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event
from queues.actions.people.members import remove_member
from queues.actions.settings import change_settings
from queues.models import Item, Queue, Reservation
from reviews.actions.submitting import Conflict
from reviews.answers import Draft, asked_fields
from reviews.models import Annotation

from ..conftest import Cast
from .judging import Judge, answer, newcomer, state_of
from .working import Worker, chosen, desk_of

pytestmark = pytest.mark.django_db


def test_a_reject_begins_a_round_bound_to_its_annotators_and_keeps_the_old_one(
    cast: Cast, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    assert state_of(item) == ("pending", 2, "rejected")
    assert item.needs_review is True
    old, new = (list(item.slots.filter(round=n).order_by("pk")) for n in (1, 2))
    assert [slot.state for slot in old] == ["done", "done"]
    assert [(slot.state, slot.bound_why) for slot in new] == [("free", "sent_back")] * 2
    assert {slot.assigned_to for slot in new} == {cast.annotator, cast.second}
    assert all(slot.returned_at for slot in new)
    assert Event.objects.filter(item_id=item.pk, attribute="round", to_value="2").count() == 1


def test_what_was_sent_back_is_served_first(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    assert Worker(queue, cast.annotator).claim().item_id == item.pk
    other = newcomer(cast, queue)
    assert Worker(queue, other).claim().item_id != item.pk


def test_each_author_finds_his_own_answers_and_the_remarks_for_him(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    field = asked_fields(queue)[0].field
    of = {one.annotator: one for one in Annotation.objects.filter(item=item)}
    mine, theirs = of[cast.annotator], of[cast.second]
    remarks = {f"{mine.pk}:{field.pk}": "Only for Amara",
               f"{theirs.pk}:{field.pk}": "Only for Tomasz"}  # fmt: skip
    judge.reject(item, form=judge.form(item, "For both", 0, **remarks))
    first, second = desk_of(queue, cast.annotator), desk_of(queue, cast.second)
    assert (chosen(first), chosen(second)) == (["true"], ["false"])
    assert first.returned.remark == second.returned.remark == "For both"
    assert first.returned.on_fields == {str(field.pk): "Only for Amara"}
    assert second.returned.on_fields == {str(field.pk): "Only for Tomasz"}


def test_a_newcomer_sees_neither_remarks_nor_earlier_answers(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item, "Only for authors")
    remove_member(queue=queue, user=cast.second, actor=SYSTEM)
    desk = desk_of(queue, newcomer(cast, queue), item=item)
    assert (chosen(desk), desk.returned.remark, desk.returned.on_fields) == ([], "", {})
    assert desk.hold.round == 2


def test_the_draft_of_the_new_round_outweighs_the_earlier_answers(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    worker = Worker(queue, cast.annotator)
    worker.save(worker.claim(), "false")
    assert chosen(desk_of(queue, cast.annotator)) == ["false"]


def test_an_unfinished_draft_of_an_earlier_round_fills_the_form_as_well(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    other = newcomer(cast, queue)
    Annotation.objects.create(
        queue=queue, item=item, round=1, annotator=other,
        draft=Draft({str(asked_fields(queue)[0].field_id): ["false"]}).as_json(),
    )  # fmt: skip
    judge.reject(item)
    remove_member(queue=queue, user=cast.second, actor=SYSTEM)
    assert chosen(desk_of(queue, other, item=item)) == ["false"]


def test_after_a_reject_a_review_is_needed_whatever_the_setting_says(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    change_settings(queue=queue, settings={"requires_review": False}, actor=SYSTEM)
    answer(queue, cast.annotator, cast.second)
    assert state_of(item) == ("pending_review", 2, "rejected")
    judge.open(item)
    judge.approve(item, "true")
    assert state_of(item) == ("completed", 2, "approved")


def test_a_second_reject_begins_a_third_round(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item, "First")
    answer(queue, cast.annotator, cast.second)
    judge.open(item)
    judge.reject(item, "Second")
    assert state_of(item) == ("pending", 3, "rejected")
    assert desk_of(queue, cast.annotator).returned.remark == "Second"


def test_a_form_of_the_old_round_is_refused_and_kept(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    old = Reservation.objects.get(item=item, annotator=cast.annotator)
    judge.reject(item)
    worker = Worker(queue, cast.annotator)
    hold = worker.claim()
    assert hold.round == 2
    with pytest.raises(Conflict, match="submitted this item already"):
        worker.submit(replace(hold, token=old.token, round=1), "false")
    assert item.slots.filter(round=2, state="done").count() == 0
    worker.submit(hold, "false")
    assert item.slots.filter(round=2, state="done").count() == 1
