"""Headings of a table, each of which stands once."""

from collections.abc import Hashable
from itertools import count

from annotate_site import sql
from queues.models import Queue

# The oldest first, so that a field keeps its heading whatever is asked later.
FIELDS = """
select f.id, f.name from queues_queuefield asked join fields_field f on f.id = asked.field_id
 where asked.queue_id = %s order by f.created_at, f.id
"""


class Headings:
    """A name for each key: that which was asked for, or "name (2)" where it is another's."""

    def __init__(self) -> None:
        self._given: dict[Hashable, str] = {}
        self._taken: set[str] = set()

    def of(self, key: Hashable, name: str) -> str:
        if key not in self._given:
            wanted = (f"{name} ({number})" if number > 1 else name for number in count(1))
            self._given[key] = next(one for one in wanted if one not in self._taken)
            self._taken.add(self._given[key])
        return self._given[key]


def field_headings(queue: Queue) -> Headings:
    """By field id, of all fields that the queue asks or has asked."""
    headings = Headings()
    for row in sql.rows(FIELDS, [queue.pk]):
        headings.of(row.id, row.name)
    return headings
