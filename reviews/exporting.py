"""Export of a queue: long (a row per answer, skip, decision, remark) and wide (a row per item).

Read in keyset chunks by short transactions of their own, each item consistent in itself, so that
memory stays constant and nobody waits. Both shapes come from the same reading of the rows.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import Any

from django.db import connection, transaction

from annotate_site import sql
from annotate_site.projects.access import Access, Can
from annotate_site.projects.events import Actor, change, record
from queues.models import Queue

from .exporting_reviews import Reviewed, as_json, final_columns, lines_of, read_reviewed

CHUNK = 500
SHAPES = ("long", "wide")
FORMATS = ("jsonl", "csv")
# What a spreadsheet would take for a formula, in its plain and its full-width form.
FORMULA_STARTS = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")


@dataclass(frozen=True)
class Scope:
    """Which items' answers may leave: all, or (for one who annotates here) the completed ones."""

    queue: Queue
    completed_only: bool

    @classmethod
    def of(cls, queue: Queue, access: Access) -> "Scope":
        return cls(queue, Can.ANNOTATE in access)


@dataclass
class ItemRecord:
    """One item with its annotations and skips, as read in one transaction."""

    row: Any
    annotations: list[dict[str, Any]] = field(default_factory=list)
    skips: list[dict[str, Any]] = field(default_factory=list)
    reviewed: Reviewed = field(default_factory=Reviewed)


ITEMS = """
select i.id, i.seq, i.title, i.status, i.round, i.required, i.source_kind, i.source_key,
       t.trace_id, b.added_at, i.completed_at, i.snapshot_hash
  from queues_item i
  left join traces_trace t on t.id::text = i.source_key and i.source_kind = 'trace'
       and t.project_id = %(project)s
  left join queues_batch b on b.id = i.batch_id
 where i.queue_id = %(queue)s and i.removed_at is null and i.kind = 'normal'
   and i.seq > %(after)s and (not %(completed)s or i.status = 'completed')
 order by i.seq limit %(most)s
"""
ANNOTATIONS = """
select a.id, a.item_id, a.round, u.email, u.name, a.started_at, a.submitted_at, h.held_seconds
  from reviews_annotation a join projects_user u on u.id = a.annotator_id
  left join lateral (
       select extract(epoch from max(r.ended_at) - min(r.opened_at))::int as held_seconds
         from queues_reservation r
        where r.item_id = a.item_id and r.round = a.round and r.annotator_id = a.annotator_id
          and r.ending = 'submitted') h on true
 where a.item_id = any(%(items)s) and a.state = 'submitted'
 order by a.item_id, a.round, a.submitted_at, a.id
"""
SCORES = """
select s.annotation_id, f.name as field, f.id as field_id, f.kind, s.value, s.note
  from reviews_score s join fields_field f on f.id = s.field_id
 where s.annotation_id = any(%(annotations)s) and s.superseded_at is null
 order by s.annotation_id, s.id
"""
SKIPS = """
select r.item_id, r.round, u.email, u.name, r.ended_at, r.reason
  from queues_reservation r join projects_user u on u.id = r.annotator_id
 where r.item_id = any(%(items)s) and r.ending = 'skipped' and r.cleared_at is null
 order by r.id
"""
OPENED = """
insert into queues_itemopened (item_id, user_id, at)
select i.id, %(user)s, clock_timestamp() from queues_item i
 where i.queue_id = %(queue)s and i.removed_at is null
   and (not %(completed)s or i.status = 'completed')
   and exists (select 1 from reviews_annotation a where a.item_id = i.id
                  and a.state = 'submitted' and a.annotator_id <> %(user)s)
on conflict do nothing
"""


def note_export(scope: Scope, access: Access, shape: str, format: str) -> None:
    """The event, and who has seen which answers; written before the first row leaves."""
    queue = scope.queue
    with transaction.atomic():
        sql.run(OPENED, {
            "user": access.user.pk, "queue": queue.pk, "completed": scope.completed_only,
        })  # fmt: skip
        name = f"{shape} {format}"
        record(change(queue.project_id, Actor.person(access.user), "queue", queue.pk,
                      f"export {name}", "", "", queue=queue.pk))  # fmt: skip


def export_rows(scope: Scope, shape: str, format: str) -> Iterator[str]:
    """The file's text, piece by piece."""
    if format == "jsonl":
        records = _long(scope) if shape == "long" else _wide_json(scope)
        return (json.dumps(one, ensure_ascii=False) + "\n" for one in records)
    if shape == "long":
        return _csv(LONG_COLUMNS, ([row[name] for name in LONG_COLUMNS] for row in _long(scope)))
    columns = _answer_columns(scope)
    final = final_columns(scope.queue, completed_only=scope.completed_only)
    names = [*WIDE_COLUMNS, *(f"{field} · {email}" for field, email in columns)]
    names += [*(f"resolution · {field}" for field in final), "skips"]
    return _csv(names, (_wide_cells(one, columns, final) for one in read_items(scope)))


def read_items(scope: Scope) -> Iterator[ItemRecord]:
    """The queue's items in order of adding, with their submitted annotations of every round."""
    after = -1
    while chunk := _read_chunk(scope, after):
        yield from chunk
        after = chunk[-1].row.seq


def _read_chunk(scope: Scope, after: int) -> list[ItemRecord]:
    params = {"queue": scope.queue.pk, "project": scope.queue.project_id, "after": after,
              "completed": scope.completed_only, "most": CHUNK}  # fmt: skip
    with transaction.atomic():
        if not connection.savepoint_ids:  # the outermost transaction, which may be told so
            sql.run("set transaction isolation level repeatable read, read only")
        found = {row.id: ItemRecord(row) for row in sql.rows(ITEMS, params)}
        items = {"items": list(found)}
        annotations = sql.rows(ANNOTATIONS, items)
        scores = sql.rows(SCORES, {"annotations": [row.id for row in annotations]})
        skips = sql.rows(SKIPS, items)
        reviewed = read_reviewed(list(found))
    answers: dict[int, list[Any]] = {}
    for score in scores:
        answers.setdefault(score.annotation_id, []).append(score)
    for row in annotations:
        found[row.item_id].annotations.append({"row": row, "scores": answers.get(row.id, [])})
    for row in skips:
        found[row.item_id].skips.append({"row": row})
    for pk, one in reviewed.items():
        found[pk].reviewed = one
    return list(found.values())


LONG_COLUMNS = [
    "record", "item_id", "title", "source_kind", "trace_id", "item_status", "required", "round",
    "current_round", "annotator", "annotator_name", "started_at", "submitted_at", "held_seconds",
    "field", "field_id", "kind", "value", "note", "decision", "about",
]  # fmt: skip
WIDE_COLUMNS = [
    "item_id", "title", "source_kind", "trace_id", "status", "round", "required", "annotations",
    "completed_at", "snapshot_hash", "decision",
]  # fmt: skip


def _long(scope: Scope) -> Iterator[dict[str, Any]]:
    for one in read_items(scope):
        for annotation in one.annotations:
            who = annotation["row"]
            for score in annotation["scores"]:
                yield _line(one, "answer", who) | {
                    "field": score.field, "field_id": str(score.field_id), "kind": score.kind,
                    "value": as_json(score.value), "note": score.note,
                }  # fmt: skip
        for skip in one.skips:
            yield _line(one, "skip", skip["row"]) | {"note": skip["row"].reason}
        for kind, row, cells in lines_of(one.reviewed):
            yield _line(one, kind, row) | cells


def _line(one: ItemRecord, kind: str, who: Any) -> dict[str, Any]:
    item = one.row
    return dict.fromkeys(LONG_COLUMNS) | {
        "record": kind, "item_id": str(item.id), "title": item.title,
        "source_kind": item.source_kind, "trace_id": item.trace_id, "item_status": item.status,
        "required": item.required, "round": who.round, "current_round": who.round == item.round,
        "annotator": who.email, "annotator_name": who.name,
        "started_at": _time(getattr(who, "started_at", None)),
        "submitted_at": _time(getattr(who, "submitted_at", None) or getattr(who, "ended_at", None)),
        "held_seconds": getattr(who, "held_seconds", None),
    }  # fmt: skip


def _wide_json(scope: Scope) -> Iterator[dict[str, Any]]:
    for one in read_items(scope):
        answers: dict[str, dict[str, Any]] = {}
        for annotation in _current(one):
            for score in annotation["scores"]:
                cell = {"value": as_json(score.value), "note": score.note}
                answers.setdefault(score.field, {})[annotation["row"].email] = cell
        skips = [skip["row"].email for skip in one.skips if skip["row"].round == one.row.round]
        resolution = one.reviewed.resolution(one.row.round)
        yield _wide_facts(one) | {"answers": answers, "resolution": resolution, "skips": skips}


def _wide_facts(one: ItemRecord) -> dict[str, Any]:
    item = one.row
    return {
        "item_id": str(item.id), "title": item.title, "source_kind": item.source_kind,
        "trace_id": item.trace_id, "status": item.status, "round": item.round,
        "required": item.required, "annotations": len(_current(one)),
        "completed_at": _time(item.completed_at), "snapshot_hash": item.snapshot_hash,
        "decision": one.reviewed.decision(item.round) or None,
    }  # fmt: skip


def _wide_cells(one: ItemRecord, columns: list[tuple[str, str]], final: list[str]) -> list[Any]:
    values = {
        (score.field, annotation["row"].email): as_json(score.value)
        for annotation in _current(one)
        for score in annotation["scores"]
    }
    skips = [skip["row"].email for skip in one.skips if skip["row"].round == one.row.round]
    facts = list(_wide_facts(one).values())
    resolution = one.reviewed.resolution(one.row.round)
    cells = [*(values.get(column) for column in columns), *map(resolution.get, final)]
    return [*facts, *cells, ", ".join(skips)]


def _current(one: ItemRecord) -> list[dict[str, Any]]:
    return [a for a in one.annotations if a["row"].round == one.row.round]


ANSWER_COLUMNS = """
select distinct f.name as field, u.email, min(qf."order") as place
  from reviews_score s join queues_item i on i.id = s.item_id and i.round = s.round
  join fields_field f on f.id = s.field_id join projects_user u on u.id = s.annotator_id
  left join queues_queuefield qf on qf.field_id = f.id and qf.queue_id = i.queue_id
 where i.queue_id = %(queue)s and i.removed_at is null and s.superseded_at is null
   and s.annotation_id is not null and (not %(completed)s or i.status = 'completed')
 group by f.name, u.email order by place, f.name, u.email
"""


def _answer_columns(scope: Scope) -> list[tuple[str, str]]:
    params = {"queue": scope.queue.pk, "completed": scope.completed_only}
    return [(row.field, row.email) for row in sql.rows(ANSWER_COLUMNS, params)]


def _csv(names: list[str], lines: Iterator[list[Any]]) -> Iterator[str]:
    yield _csv_line(names)
    for cells in lines:
        yield _csv_line(cells)


def _csv_line(cells: list[Any]) -> str:
    out = StringIO()
    csv.writer(out).writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def _cell(value: Any) -> Any:
    """Zero and false survive; text that a spreadsheet would run gets a leading quote."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = "; ".join(str(one) for one in value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
