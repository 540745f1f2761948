"""Reading a queue's items with their answers, in keyset chunks.

Each chunk is a short transaction of its own, and each item is consistent in itself; so memory
stays constant and nobody waits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import connection

from annotate_site import sql
from annotate_site.errors import atomic_retry
from queues.conditions import is_uncleared_skip
from queues.models import Queue
from queues.queries.sources import TRACE_KEY
from queues.visibility import READABLE, Reader, note_opened

from ...scores import is_present
from .reviewed import Reviewed, read_reviewed

CHUNK = 500


class Extra(StrEnum):
    """What a file holds only where it is asked for: it counts for nothing by itself."""

    ROUNDS = "rounds"  # answers of earlier rounds
    DECISIONS = "decisions"  # and final values
    REMARKS = "remarks"
    SKIPS = "skips"


@dataclass(frozen=True)
class Scope:
    """A queue, who reads it, and what they ask for besides what counts: only what they may read
    leaves.
    """

    queue: Queue
    reader: Reader
    extras: frozenset[Extra] = frozenset()

    @property
    def params(self) -> dict[str, Any]:
        return {"queue": self.queue.pk, "whose": self.reader.whose}


@dataclass
class ItemRecord:
    """One item with its annotations and skips, as read in one transaction."""

    row: Any
    annotations: list[dict[str, Any]] = field(default_factory=list)
    skips: list[dict[str, Any]] = field(default_factory=list)
    reviewed: Reviewed = field(default_factory=Reviewed)

    def shows_others(self, reader: Reader) -> bool:
        """Whether anybody else's answer or final value is in it."""
        authors = [one["row"].annotator_id for one in self.annotations]
        authors += [row.annotator_id for row in self.reviewed.final]
        return any(author != reader.user.pk for author in authors)


ITEMS = f"""
select i.id, i.seq, i.title, i.status, i.round, i.required, i.source_kind, i.source_key,
       t.trace_id, b.added_at, i.completed_at, i.snapshot_hash, i.inclusion, i.stratum
  from queues_item i
  left join traces_trace t on t.id = {TRACE_KEY} and t.project_id = %(project)s
  left join queues_batch b on b.id = i.batch_id
 where i.queue_id = %(queue)s and i.removed_at is null and i.kind = 'normal'
   and i.seq > %(after)s and {READABLE}
 order by i.seq limit %(most)s
"""
ANNOTATIONS = """
select a.id, a.item_id, a.round, a.annotator_id, u.email, u.name, a.started_at, a.submitted_at,
       h.held_seconds, round(a.active_ms / 1000.0, 1)::float as active_seconds
  from reviews_annotation a join projects_user u on u.id = a.annotator_id
  left join lateral (
       select extract(epoch from max(r.ended_at) - min(r.opened_at))::int as held_seconds
         from queues_reservation r
        where r.item_id = a.item_id and r.round = a.round and r.annotator_id = a.annotator_id
          and r.ending = 'submitted') h on true
 where a.item_id = any(%(items)s) and a.state = 'submitted'
 order by a.item_id, a.round, a.submitted_at, a.id
"""
SCORES = f"""
select s.annotation_id, f.name as field, f.id as field_id, f.kind, f.settings, s.value, s.note
  from reviews_score s join fields_field f on f.id = s.field_id
 where s.annotation_id = any(%(annotations)s) and {is_present("s")}
 order by s.annotation_id, s.id
"""
SKIPS = f"""
select r.item_id, r.round, u.email, u.name, r.ended_at, r.reason
  from queues_reservation r join projects_user u on u.id = r.annotator_id
 where r.item_id = any(%(items)s) and {is_uncleared_skip("r")}
 order by r.id
"""


def read_items(scope: Scope) -> Iterator[ItemRecord]:
    """The queue's items in order of adding, with their submitted annotations of the rounds asked
    for.
    """
    after = -1
    while chunk := read_chunk(scope, after):
        yield from chunk
        after = chunk[-1].row.seq


@atomic_retry
def read_chunk(scope: Scope, after: int) -> list[ItemRecord]:
    params = {"project": scope.queue.project_id, "after": after, "most": CHUNK}
    if not connection.savepoint_ids:  # the outermost transaction, which may be told so
        sql.run("set transaction isolation level repeatable read")
    found = {row.id: ItemRecord(row) for row in sql.rows(ITEMS, scope.params | params)}
    items = {"items": list(found)}
    annotations = sql.rows(ANNOTATIONS, items)
    scores = sql.rows(SCORES, {"annotations": [row.id for row in annotations]})
    skips = sql.rows(SKIPS, items)
    reviewed = read_reviewed(list(found))
    answers: dict[int, list[Any]] = {}
    for score in scores:
        answers.setdefault(score.annotation_id, []).append(score)
    for row in annotations:
        one = found[row.item_id]
        if row.round == one.row.round or Extra.ROUNDS in scope.extras:
            one.annotations.append({"row": row, "scores": answers.get(row.id, [])})
    for row in skips:
        found[row.item_id].skips.append({"row": row})
    for pk, told in reviewed.items():
        found[pk].reviewed = told
    note_opened(
        scope.reader.user, [pk for pk, one in found.items() if one.shows_others(scope.reader)]
    )
    return list(found.values())


def current_annotations(one: ItemRecord) -> list[dict[str, Any]]:
    return [a for a in one.annotations if a["row"].round == one.row.round]
