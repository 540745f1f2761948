"""Settings of a queue through the actions, and what follows from a change."""

import pytest

from annotate_site.errors import Refused
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event
from queues.actions.settings import Asked, NameTaken, change_fields, change_settings, create_queue
from queues.errors import WrongState
from queues.models import Item, Queue, Slot

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db


def free_slots(item: Item) -> int:
    return Slot.objects.filter(item=item, state="free").count()


def test_items_of_a_draft_follow_the_number_of_annotations(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, items=2, active=False)
    for number in (3, 1, 2):
        change_settings(queue=queue, settings={"annotations_required": number}, actor=SYSTEM)
        for item in queue.items.all():
            assert (item.required, free_slots(item)) == (number, number)


def test_each_slot_made_or_voided_by_a_new_number_has_its_event(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, items=1, active=False, annotations_required=2)
    change_settings(queue=queue, settings={"annotations_required": 1}, actor=SYSTEM)
    for slot in Slot.objects.filter(queue=queue):
        last = Event.objects.filter(object_type="slot", object_id=str(slot.pk)).order_by("-id")[0]
        assert last.to_value == slot.state
    states = sorted(Slot.objects.filter(queue=queue).values_list("state", flat=True))
    assert states == ["free", "void"]


def test_the_number_is_no_free_setting_after_the_draft(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, items=1)
    with pytest.raises(WrongState):
        change_settings(queue=queue, settings={"annotations_required": 2}, actor=SYSTEM)
    assert Queue.objects.get(pk=queue.pk).annotations_required == 1


def test_field_events_chain_from_one_list_to_the_next(cast: Cast) -> None:
    first, second = factories.make_field(cast.project), factories.make_field(cast.project)
    queue = factories.make_queue(cast.project, fields=[first], active=False)
    change_fields(queue=queue, fields=[Asked(second), Asked(first)], actor=SYSTEM)
    events = Event.objects.filter(queue_id=queue.pk, attribute="fields").order_by("id")
    told = [(event.from_value, event.to_value) for event in events]
    assert told == [("", first.name), (first.name, f"{second.name}, {first.name}")]


def test_a_name_is_taken_ignoring_case_and_nothing_is_stored(cast: Cast) -> None:
    factories.make_queue(cast.project, name="Refund answers")
    factories.make_queue(cast.other_project, name="REFUND answers")
    with pytest.raises(NameTaken):
        create_queue(
            project=cast.project, by=cast.manager, settings={"name": "REFUND ANSWERS"}, fields=[]
        )
    assert cast.project.queues.count() == 1


def test_a_field_or_person_of_another_project_is_refused(cast: Cast) -> None:
    foreign = factories.make_field(cast.other_project)
    project, by = cast.project, cast.manager
    with pytest.raises(Refused):
        create_queue(project=project, by=by, settings={"name": "A"}, fields=[Asked(foreign)])
    with pytest.raises(Refused):
        create_queue(
            project=project, by=by, settings={"name": "B"}, fields=[], annotators=[cast.stranger]
        )
    assert not Queue.objects.exists()


def test_guidelines_are_rendered_once_and_their_text_stays_out_of_events(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, guidelines="Old words")
    actor = Actor.person(cast.manager)
    change_settings(queue=queue, settings={"guidelines": "**New** words"}, actor=actor)
    queue.refresh_from_db()
    assert "New" in queue.guidelines_html
    event = Event.objects.get(queue_id=queue.pk, attribute="guidelines")
    assert (event.from_value, event.to_value, event.actor) == ("", "", cast.manager)
