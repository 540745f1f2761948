"""What a queue's items have in common is counted when they are added, and folded in each."""

from typing import Any

import pytest

from annotate_site.projects.events import SYSTEM
from queues.actions.items.adding import add_traces, start_batch
from queues.models import Item, Queue, QueueParts
from queues.snapshots import item_reading
from traces.models import Trace
from traces.reading.shown import ShownText

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
POLICY = "You are an airline agent. " * 20
DISPLAY = {"inputs": ["messages"], "outputs": ["messages"]}


def trace(cast: Cast, number: int, policy: str = POLICY) -> Trace:
    messages = [
        {"role": "system", "content": policy},
        {"role": "user", "content": f"Question {number}"},
    ]
    return factories.make_trace(cast.project, inputs={"messages": messages})


def add(queue: Queue, traces: list[Trace]) -> None:
    batch = start_batch(queue=queue, by=None, display=DISPLAY, filter={})
    add_traces(queue=queue, trace_ids=[one.pk for one in traces], batch=batch, actor=SYSTEM)


def system_text(item: Item | None) -> ShownText:
    assert item is not None
    item.queue.refresh_from_db()
    chat: Any = item_reading(item, item.queue).sections[0].chat
    found: ShownText = chat.turns[0].text
    return found


def test_a_part_that_all_items_have_is_folded_in_each_of_them(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    add(queue, [trace(cast, number) for number in range(3)])
    for item in queue.items.all():
        text = system_text(item)
        assert (text.folded, text.word) == (POLICY, "Same as in the other items")


def test_items_added_one_by_one_count_together(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    for number in range(2):
        add(queue, [trace(cast, number)])
    assert system_text(queue.items.first()).folded == ""
    add(queue, [trace(cast, 2)])
    assert system_text(queue.items.first()).folded == POLICY


def test_what_most_items_have_says_so_and_what_few_have_is_not_folded(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    add(queue, [trace(cast, n, POLICY if n < 3 else POLICY.upper()) for n in range(4)])
    first, last = queue.items.order_by("seq").first(), queue.items.order_by("seq").last()
    assert system_text(first).word == "Same as in most other items"
    assert system_text(last).folded == ""


def test_what_was_there_already_is_not_counted_again(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    traces = [trace(cast, number) for number in range(3)]
    add(queue, traces)
    add(queue, traces)
    parts = QueueParts.objects.get(queue=queue)
    assert parts.items == 3
    assert [count for count, _ in parts.counts.values()] == [3]


def test_snapshots_say_nothing_of_what_repeats(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    add(queue, [trace(cast, number) for number in range(3)])
    assert all(
        set(item.snapshot) == {"inputs", "outputs", "dialects"} for item in queue.items.all()
    )
