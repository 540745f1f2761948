"""Reading what people answered in a queue, for figures: submitted work of the present rounds.

Of items that are not removed, and of people alone: what a machine said never enters. The words of
texts stay in the database: two texts are the same or they are not.
"""

import dataclasses
from functools import cache, cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F

from annotate_site import sql
from annotate_site.errors import atomic_retry
from fields.kinds import KINDS
from fields.models import Field
from queues.models import Queue
from queues.visibility import READABLE, Reader, note_opened

from ...scores import is_present
from ..export.reviewed import as_json
from ..rated_fields import ratings_of
from ..statistics.ratings import Ratings

# Which scores figures are made of, for statements with items `i` and scores `s` of their round.
COUNTS = f"""
{is_present("s")} and (s.annotation_id is not null or s.review_id is not null)
   and s.source_kind = 'human' and s.value is not null
   and i.removed_at is null and i.kind = 'normal' and {READABLE}
"""
COUNTED = f"""
  from queues_item i
  join reviews_score s on s.item_id = i.id and s.round = i.round
  join queues_queuefield asked on asked.queue_id = i.queue_id and asked.field_id = s.field_id
  join fields_field f on f.id = s.field_id
  left join queues_itemopened seen on seen.item_id = i.id and seen.user_id = %(user)s
 where i.queue_id = %(queue)s and {COUNTS}
"""
# `unseen`: items of which the reader has not opened others' answers yet.
STATE = f"""
select count(*) as scores, coalesce(max(s.id), 0) as last, coalesce(sum(s.id), 0)::text as total,
       array_agg(distinct i.id) filter (
           where seen.item_id is null and s.annotator_id <> %(user)s) as unseen
{COUNTED}
"""
# A row for each field, since 100,000 rows cost several times as much as their columns.
ANSWERS = f"""
select field_id, is_final, array_agg(seq) as items, array_agg(annotator_id) as people,
       array_agg(value) as values
  from (select s.field_id, s.review_id is not null as is_final, i.seq, s.annotator_id,
               case when f.kind = any(%(words)s) then to_jsonb(md5(s.value #>> '{{}}'))::text
                    else s.value::text end as value
        {COUNTED}
           and (%(field)s::uuid is null or s.field_id = %(field)s)
         order by s.field_id, i.seq, s.id) counted
 group by field_id, is_final
"""


@dataclasses.dataclass
class FieldAnswers:
    """What annotators answered to a field: answer n is `values[n]`, by `people[n]`, to the item
    whose place in the queue is `items[n]`; of texts, a hash. `final`: the reviewer's final values,
    by item.
    """

    field: Field
    items: list[int] = dataclasses.field(default_factory=list)
    people: list[int] = dataclasses.field(default_factory=list)
    values: list[Any] = dataclasses.field(default_factory=list)
    final: dict[int, Any] = dataclasses.field(default_factory=dict)

    @property
    def given(self) -> list[tuple[int, int, Any]]:
        return list(zip(self.items, self.people, self.values, strict=True))

    @cached_property
    def ratings(self) -> Ratings:
        return ratings_of(self.field.kind, self.field.settings, self.given)


class State(NamedTuple):
    """What figures are made of, in short: it differs wherever one of the answers does."""

    scores: int
    last: int
    total: str
    unseen: list[UUID] | None

    @property
    def mark(self) -> str:
        return f"{self.scores}-{self.last}-{self.total}"


@atomic_retry
def mark_of(queue: Queue, reader: Reader) -> str:
    """Of the answers that the reader may read; they have opened them. One statement, and one more
    where some are new to them.

    Figures of few answers give these away, and so does the difference of two figures.
    """
    return _open(queue, reader)


@atomic_retry
def read_answers(
    queue: Queue, reader: Reader, field: Field | None = None
) -> tuple[str, list[FieldAnswers]]:
    """The mark of all answers, and the answers, of the one field where it is named, as of one
    moment; the reader has opened them.
    """
    if not connection.savepoint_ids:  # the outermost transaction, which may be told so
        sql.run("set transaction isolation level repeatable read")
    mark = _open(queue, reader)
    params = _params(queue, reader) | {"field": field.pk if field else None}
    return mark, _grouped(queue, sql.rows(ANSWERS, params))


def _open(queue: Queue, reader: Reader) -> str:
    state = sql.one(STATE, _params(queue, reader), into=State)
    assert state is not None
    note_opened(reader.user, state.unseen or ())
    return state.mark


def _params(queue: Queue, reader: Reader) -> dict[str, Any]:
    words = [kind.name for kind in KINDS.values() if kind.scale is None]
    return {"queue": queue.pk, "whose": reader.whose, "user": reader.user.pk, "words": words}


def fields_of(queue: Queue) -> list[Field]:
    """All that the queue asks, in order, then those it has asked."""
    order = F("retired_at").asc(nulls_first=True), "order", "pk"
    return [one.field for one in queue.queue_fields.select_related("field").order_by(*order)]


def _grouped(queue: Queue, rows: list[Any]) -> list[FieldAnswers]:
    """Those that nobody answered as well."""
    found = {one.pk: FieldAnswers(one) for one in fields_of(queue)}
    value_of = cache(as_json)  # few of them are different
    for row in rows:
        of_field, values = found[row.field_id], [value_of(text) for text in row.values]
        if row.is_final:
            of_field.final = dict(zip(row.items, values, strict=True))
        else:
            of_field.items, of_field.people, of_field.values = row.items, row.people, values
    return list(found.values())
