"""Whoever has read what others judged of a trace gets no slot of its items."""

import pytest

from annotate_site.projects.events import Actor
from queues.actions.items.changing import remove_item, restore_item
from queues.models import ItemOpened
from queues.visibility import note_traces_opened
from reviews.invariants import check
from tests.conftest import Cast
from tests.factories import add_items, make_queue, make_trace
from tests.reviews.working import Worker

pytestmark = pytest.mark.django_db


def test_items_of_the_trace_are_opened_those_also_that_come_later(cast: Cast) -> None:
    traces = [make_trace(cast.project) for _ in range(2)]
    now = make_queue(cast.project, annotators=[cast.annotator])
    item = add_items(now, traces)[0]
    note_traces_opened(cast.annotator, [traces[0].pk])
    assert list(ItemOpened.objects.values_list("item", "user")) == [(item.pk, cast.annotator.pk)]
    later = make_queue(cast.project, annotators=[cast.annotator])
    first, second = add_items(later, traces)
    assert set(ItemOpened.objects.values_list("item", flat=True)) == {item.pk, first.pk}
    assert Worker(later, cast.annotator).claim().item_id == second.pk
    assert check() == []


def test_an_item_that_is_restored_is_opened_by_who_read_meanwhile(cast: Cast) -> None:
    trace, actor = make_trace(cast.project), Actor.person(cast.manager)
    queue = make_queue(cast.project, annotators=[cast.annotator])
    item = add_items(queue, [trace])[0]
    remove_item(queue=queue, item_id=item.pk, confirmed=True, actor=actor)
    note_traces_opened(cast.annotator, [trace.pk])
    assert not ItemOpened.objects.exists()
    restore_item(queue=queue, item_id=item.pk, actor=actor)
    assert ItemOpened.objects.filter(item=item, user=cast.annotator).exists()
