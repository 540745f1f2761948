"""The wide shape: a row for each item, of its present round."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.export_text import cell_text, time_text
from fields.kinds import ABSENT, KINDS
from queues.visibility import READABLE

from ...scores import is_present
from ..consensus import Basis, Consensus, consensus
from .headings import Headings, field_headings
from .items import ItemRecord, Scope, current_annotations, read_items
from .reviewed import as_json

WIDE_COLUMNS = [
    "item_id", "title", "source_kind", "source_key", "trace_id", "status", "round", "required",
    "annotations", "completed_at", "snapshot_hash", "decision", "inclusion", "stratum",
]  # fmt: skip
# A field and whose answer it is; None: the reviewer's final value.
Column = tuple[UUID, int | None]
# `person` null: a final value.
COLUMNS = f"""
select f.id as field_id, f.name as field, f.kind, who.person, who.email, min(asked."order") as place
  from reviews_score s join queues_item i on i.id = s.item_id and i.round = s.round
  join fields_field f on f.id = s.field_id
  left join queues_queuefield asked on asked.field_id = f.id and asked.queue_id = i.queue_id
  left join projects_user u on u.id = s.annotator_id
 cross join lateral (select case when s.review_id is null then u.id end as person,
                            case when s.review_id is null then u.email end as email) who
 where i.queue_id = %(queue)s and i.removed_at is null and {is_present("s")}
   and (s.annotation_id is not null or s.review_id is not null)
   and {READABLE}
 group by f.id, f.name, f.kind, f.created_at, who.person, who.email
 order by who.person is null, place, f.created_at, f.id, who.email
"""


def wide_records(scope: Scope) -> Iterator[dict[str, Any]]:
    """For JSON."""
    names = field_headings(scope.queue)
    for one in read_items(scope):
        answers: dict[str, dict[str, Any]] = {}
        for annotation in current_annotations(one):
            for score in annotation["scores"]:
                cell = {"value": as_json(score.value), "note": score.note}
                of_field = answers.setdefault(names.of(score.field_id, score.field), {})
                of_field[annotation["row"].email] = cell
        resolution = {
            names.of(row.field_id, row.field): as_json(row.value)
            for row in one.reviewed.resolution(one.row.round)
        }
        agreed = {
            name: {"value": found.value, "basis": found.basis}
            for name, found in item_consensus(one, names).items()
        }
        yield _facts(one) | {
            "answers": answers, "resolution": resolution, "consensus": agreed,
            "skips": _skips(one),
        }  # fmt: skip


def wide_table(scope: Scope) -> tuple[list[str], Iterator[list[Any]]]:
    """For CSV: the headings, and a row of cells for each item.

    The headings are written before the rows are read. An answer that came in meanwhile, the first
    of its person to its field, has no column: it is in the last one.
    """
    names = field_headings(scope.queue)
    found = sql.rows(COLUMNS, scope.params)
    columns = [(row.field_id, row.person) for row in found]
    agreed = list(dict.fromkeys(
        names.of(row.field_id, row.field) for row in found
        if row.person is None or KINDS[row.kind].scale is not None
    ))  # fmt: skip
    headings = [
        *WIDE_COLUMNS, *(_heading(names, row.field_id, row.field, row.email) for row in found),
        *(f"consensus · {name}" for name in agreed), "skips", "later",
    ]  # fmt: skip
    once = Headings()
    headings = [once.of(place, name) for place, name in enumerate(headings)]
    return headings, (_row(one, columns, agreed, names) for one in read_items(scope))


def _row(one: ItemRecord, columns: list[Column], agreed: list[str], names: Headings) -> list[Any]:
    """`agreed`: the names of the fields that have a column for their consensus."""
    cells = _cells(one, names)
    known = [cells.pop(column, ("", None))[1] for column in columns]
    found = item_consensus(one, names)
    known += [_agreed(found.get(name)) for name in agreed]
    later = [f"{name}: {cell_text(value)}" for name, value in cells.values() if value is not None]
    return [*_facts(one).values(), *known, ", ".join(_skips(one)), "; ".join(later)]


def _cells(one: ItemRecord, names: Headings) -> dict[Column, tuple[str, Any]]:
    """{column: (heading, value)} of what the item has."""
    cells: dict[Column, tuple[str, Any]] = {}
    for annotation in current_annotations(one):
        who = annotation["row"]
        for score in annotation["scores"]:
            heading = _heading(names, score.field_id, score.field, who.email)
            cells[score.field_id, who.annotator_id] = heading, as_json(score.value)
    for row in one.reviewed.resolution(one.row.round):
        heading = _heading(names, row.field_id, row.field, None)
        cells[row.field_id, None] = heading, as_json(row.value)
    return cells


def item_consensus(one: ItemRecord, names: Headings) -> dict[str, Consensus]:
    """{name of a field: its consensus}, without those that have nothing to agree on."""
    final = {row.field_id: row for row in one.reviewed.resolution(one.row.round)}
    scores = [score for annotation in current_annotations(one) for score in annotation["scores"]]
    fields = {row.field_id: row for row in [*scores, *final.values()]}
    found = {}
    for pk, row in fields.items():
        given = [as_json(score.value) for score in scores if score.field_id == pk]
        answers = [value for value in given if value is not None]
        resolution = as_json(final[pk].value) if pk in final else ABSENT
        if agreed := consensus(row.kind, answers, resolution):
            found[names.of(pk, row.field)] = agreed
    return found


def _agreed(found: Consensus | None) -> Any:
    if found is None:
        return None
    return "(tie)" if found.basis == Basis.TIE else found.value


def _heading(names: Headings, field: UUID, name: str, email: str | None) -> str:
    name = names.of(field, name)
    return f"{name} · {email}" if email is not None else f"resolution · {name}"


def _facts(one: ItemRecord) -> dict[str, Any]:
    item = one.row
    return {
        "item_id": str(item.id), "title": item.title, "source_kind": item.source_kind,
        "source_key": item.source_key,
        "trace_id": item.trace_id, "status": item.status, "round": item.round,
        "required": item.required, "annotations": len(current_annotations(one)),
        "completed_at": time_text(item.completed_at), "snapshot_hash": item.snapshot_hash,
        "decision": one.reviewed.decision(item.round) or None, "inclusion": item.inclusion,
        "stratum": item.stratum,
    }  # fmt: skip


def _skips(one: ItemRecord) -> list[str]:
    return [skip["row"].email for skip in one.skips if skip["row"].round == one.row.round]
