"""What the items of a queue have in common, counted when they are added.

So that no page has to look at other items: marks of the parts that most of them share stand with
the queue, and change seldom. Counts are never taken back when an item is removed.
"""

from collections import Counter
from typing import Any

from traces.reading.repeats import part_marks
from traces.reading.sections import dialects_kept, parts_of
from traces.titles import MOST_LOOKED_AT, repeated_line

from ...models import Queue, QueueParts

FEWEST_ITEMS = 3
MOST_COUNTED = 500  # marks that are kept: far more than may stand in half of the items
MOST_MARKS = 24


def count_parts(queue: Queue, contents: list[dict[str, Any]]) -> None:
    """Counts the parts of items just added, within their transaction, one adding at a time."""
    fresh: Counter[str] = Counter()
    lengths: dict[str, int] = {}
    for content in contents:
        marks: dict[str, int] = {}
        for part in parts_of(content):
            marks |= part_marks(part["inputs"], part["outputs"], dialects_kept(part))
        fresh.update(marks.keys())
        lengths |= marks
    parts, _ = QueueParts.objects.get_or_create(queue_id=queue.pk)
    parts.items += len(contents)
    known: dict[str, list[int]] = parts.counts
    for mark, count in fresh.items():
        known[mark] = [known.get(mark, [0])[0] + count, lengths[mark]]
    parts.counts = dict(sorted(known.items(), key=_by_count)[:MOST_COUNTED])
    parts.save(update_fields=["items", "counts"])
    repeats, line = _repeats(parts), _line_of_latest(queue)
    if (repeats, line) != (queue.repeats, queue.repeated_line):
        queue.repeats, queue.repeated_line = repeats, line
        queue.save(update_fields=["repeats", "repeated_line"])


def _line_of_latest(queue: Queue) -> str:
    """What many of the items added last begin with: their names lead."""
    latest = queue.items.present().order_by("-seq")[:MOST_LOOKED_AT]
    return repeated_line(latest.values_list("preview", flat=True))


def _repeats(parts: QueueParts) -> dict[str, list[str]]:
    """{"every": marks, "most": marks} of what all items, or at least half of them, have."""
    if parts.items < FEWEST_ITEMS:
        return {}
    often = [(mark, count) for mark, (count, _) in parts.counts.items() if 2 * count >= parts.items]
    often = often[:MOST_MARKS]
    every = sorted(mark for mark, count in often if count == parts.items)
    most = sorted(mark for mark, count in often if count < parts.items)
    return {"every": every, "most": most} if often else {}


def _by_count(pair: tuple[str, list[int]]) -> tuple[int, int]:
    """The most frequent first, and of preambles of one text the longest."""
    count, length = pair[1]
    return -count, -length
