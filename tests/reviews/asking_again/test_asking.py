"""A queue moved to a new version of a field, and its finished items asked just that again."""

import pytest

from annotate_site.jobs import run_job
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event, Job
from fields.actions import new_version
from fields.models import Field
from queues.actions.items.rounds import reopen_item
from queues.actions.settings import Asked, change_fields
from queues.actions.status import close_queue
from queues.errors import WrongState
from queues.models import Item, ItemOpened, Queue, Slot
from reviews.actions.asking_again import ask_outdated, ask_some, count_outdated
from reviews.answers import asked_fields
from reviews.invariants import check
from reviews.models import Annotation, Score

from ... import factories
from ...conftest import Cast
from ..working import Worker, chosen, desk_of
from .moving import move, rounds

pytestmark = pytest.mark.django_db


def test_the_version_takes_the_place_of_the_field(
    cast: Cast, queue: Queue, tone: Field, warmth: Field
) -> None:
    queue.queue_fields.filter(field=tone).update(required=False, allow_note=True)
    last = factories.make_field(cast.project, "text", name="Why?")
    asked = [Asked(one.field, one.required, one.allow_note) for one in asked_fields(queue)]
    change_fields(queue=queue, fields=[*asked, Asked(last)], actor=SYSTEM)
    move(queue, tone, warmth, cast.manager, again=False)
    now = [(one.field.name, one.required, one.allow_note) for one in asked_fields(queue)]
    assert now == [("Right", True, False), ("Warmth", False, True), ("Why?", True, False)]
    assert queue.queue_fields.get(field=tone).retired_at is not None
    told = Event.objects.filter(attribute="fields").latest("id")
    assert (told.from_value, told.to_value) == ("Right, Tone, Why?", "Right, Warmth, Why?")
    assert not Job.objects.exists()


def test_finished_items_ask_their_annotators_just_what_changed(
    cast: Cast, queue: Queue, items: list[Item], tone: Field, warmth: Field
) -> None:
    job = move(queue, tone, warmth, cast.manager)
    assert job
    assert job.result == {"queue": str(queue.pk), "applied": 1}
    assert rounds(items) == [(2, "pending"), (1, "pending"), (1, "pending")]
    bound = Slot.objects.filter(item=items[0], round=2).values_list("assigned_to", "bound_why")
    assert set(bound) == {(cast.annotator.pk, "sent_back"), (cast.second.pk, "sent_back")}
    told = Event.objects.get(item_id=items[0].pk, attribute="round")
    assert (told.actor, told.reason) == (cast.manager, "New version of “Warmth”")
    desk = desk_of(queue, cast.annotator)
    assert desk.item == items[0]
    assert desk.why == "This item is open again. Your earlier answers are in the form."
    assert chosen(desk) == ["true"]  # their own, not what the other one said
    assert [widget.answered for widget in desk.widgets] == [True, False]
    for user in (cast.annotator, cast.second):
        worker = Worker(queue, user)
        worker.submit(worker.claim(), "true", "7")
    assert rounds(items)[0] == (2, "completed")
    values = Score.objects.filter(item=items[0], round=1).values_list("field__name", "value")
    assert sorted(values) == [("Right", False), ("Right", True), ("Tone", 4), ("Tone", 4)]
    assert count_outdated(queue, warmth) == 0
    assert check() == []


def test_what_was_half_answered_can_be_asked_when_it_is_finished(
    cast: Cast, queue: Queue, items: list[Item], tone: Field, warmth: Field
) -> None:
    move(queue, tone, warmth, cast.manager, again=False)
    assert count_outdated(queue, warmth) == 1
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.pick(items[1]), "true", "6")
    worker.submit(worker.pick(items[2]), "true", "6")
    assert count_outdated(queue, warmth) == 2
    assert ask_outdated(queue=queue, field=warmth, by=cast.manager).result["applied"] == 2
    assert [number for number, _ in rounds(items)] == [2, 2, 1]
    assert ask_outdated(queue=queue, field=warmth, by=cast.manager).result["applied"] == 0
    assert check() == []


def test_what_never_asked_the_field_is_left_alone(
    cast: Cast, queue: Queue, items: list[Item], tone: Field, warmth: Field
) -> None:
    Annotation.objects.update(field_set=[[str(asked_fields(queue)[0].field_id), True]])
    assert count_outdated(queue, warmth) == 0


def test_who_saw_others_answers_or_left_is_not_asked(
    cast: Cast, queue: Queue, items: list[Item], tone: Field, warmth: Field
) -> None:
    ItemOpened.objects.create(item=items[0], user=cast.second)
    move(queue, tone, warmth, cast.manager)
    bound = items[0].slots.filter(round=2).values_list("assigned_to", flat=True)
    assert set(bound) == {cast.annotator.pk, None}


def test_a_closed_queue_is_moved_and_not_asked_again(
    cast: Cast, queue: Queue, items: list[Item], tone: Field, warmth: Field
) -> None:
    close_queue(queue=queue, actor=SYSTEM)
    with pytest.raises(WrongState, match="closed by hand"):
        move(queue, tone, warmth, cast.manager)
    assert [one.field for one in asked_fields(queue)][1] == tone
    move(queue, tone, warmth, cast.manager, again=False)
    assert [one.field for one in asked_fields(queue)][1] == warmth
    job = Job.objects.create(
        project=cast.project, kind="ask_again", title="Ask",
        params={"queue": str(queue.pk), "field": str(warmth.pk)},
    )  # fmt: skip
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.failure.startswith("This queue was closed by hand.")) == ("failed", True)
    assert rounds(items)[0] == (1, "completed")


def test_a_queue_that_completed_by_itself_is_active_again(cast: Cast, tone: Field) -> None:
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator], items=1, fields=[tone], annotations_required=1
    )
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "4")
    new = new_version(field=tone, by=cast.manager, name="Warmth", settings=tone.settings)
    queue.refresh_from_db()
    assert queue.status == "completed"
    move(queue, tone, new, cast.manager)
    queue.refresh_from_db()
    assert queue.status == "active"
    assert check() == []


def test_a_batch_that_runs_twice_or_after_a_reopening_asks_nothing_twice(
    cast: Cast, queue: Queue, items: list[Item], tone: Field, warmth: Field
) -> None:
    move(queue, tone, warmth, cast.manager, again=False)
    actor = Actor.person(cast.manager)
    reopen_item(queue=queue, item_id=items[0].pk, reason="Again", actor=actor)
    assert ask_some(queue=queue, field=warmth, after=-1, actor=actor) == (None, 0)
    for user in (cast.annotator, cast.second):
        worker = Worker(queue, user)
        worker.submit(worker.pick(items[0]), "true", "7")
    assert ask_some(queue=queue, field=warmth, after=-1, actor=actor) == (None, 0)
    assert rounds(items)[0] == (2, "completed")
