"""The wide shape: a row for each item, of its present round.

Where each item needs one annotation, a field is one column, of its own type.
"""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from annotate_site import sql
from annotate_site.export_text import cell_text, time_text
from fields.kinds import ABSENT, KINDS
from queues.visibility import READABLE

from ...scores import is_present
from ..consensus import Basis, Consensus, consensus
from .headings import Headings, field_headings
from .items import Extra, ItemRecord, Scope, current_annotations, read_items
from .long import label_of
from .reviewed import as_json

WIDE_COLUMNS = [
    "item_id", "title", "source_kind", "source_key", "trace_id", "status", "round", "required",
    "annotations", "active_seconds", "completed_at", "snapshot_hash", "inclusion", "stratum",
]  # fmt: skip
# Kinds whose values are not what people read.
LABELLED: Final = ("boolean", "thumbs", "category", "categories", "ranking")
ANYBODY = 0  # whose answer it is, where each item has one annotation
# A field, whose answer it is (None: the reviewer's final value), and what of it.
Column = tuple[UUID, int | None, str]
VALUE, LABEL, NOTE = "", "label", "note"
# `person` null: a final value.
COLUMNS = f"""
select f.id as field_id, f.name as field, f.kind, who.person, who.email,
       min(asked."order") as place,
       bool_or(s.note <> '') or bool_or(coalesce(asked.allow_note, false)) as noted
  from reviews_score s join queues_item i on i.id = s.item_id and i.round = s.round
  join fields_field f on f.id = s.field_id
  left join queues_queuefield asked on asked.field_id = f.id and asked.queue_id = i.queue_id
  left join projects_user u on u.id = s.annotator_id
 cross join lateral (select case when s.review_id is not null then null
                                 when %(single)s then 0 else u.id end as person,
                            case when s.review_id is null and not %(single)s then u.email
                             end as email) who
 where i.queue_id = %(queue)s and i.removed_at is null and {is_present("s")}
   and (s.annotation_id is not null or s.review_id is not null)
   and {READABLE}
 group by f.id, f.name, f.kind, f.created_at, who.person, who.email
 order by who.person is null, place, f.created_at, f.id, who.email
"""
SEVERAL = """
select true as there from queues_item
 where queue_id = %s and removed_at is null and kind = 'normal' and required > 1 limit 1
"""


def wide_records(scope: Scope) -> Iterator[dict[str, Any]]:
    """For JSON: the table's rows where each item needs one annotation; else answers by field and
    annotator.
    """
    if _is_single(scope):
        headings, rows = wide_table(scope)
        return (dict(zip(headings, row, strict=True)) for row in rows)
    return _nested(scope)


def _is_single(scope: Scope) -> bool:
    return sql.one(SEVERAL, [scope.queue.pk]) is None


def _nested(scope: Scope) -> Iterator[dict[str, Any]]:
    names = field_headings(scope.queue)
    for one in read_items(scope):
        answers: dict[str, dict[str, Any]] = {}
        for annotation in current_annotations(one):
            for score in annotation["scores"]:
                cell = {"value": as_json(score.value), "label": label_of(score), "note": score.note}
                of_field = answers.setdefault(names.of(score.field_id, score.field), {})
                of_field[annotation["row"].email] = cell
        agreed = {
            name: {"value": found.value, "basis": found.basis}
            for name, found in item_consensus(one, names).items()
        }
        yield _facts(one) | {"answers": answers, "consensus": agreed} | _asked(scope, one, names)


def _asked(scope: Scope, one: ItemRecord, names: Headings) -> dict[str, Any]:
    """What is there only where it was asked for."""
    found: dict[str, Any] = {}
    if Extra.DECISIONS in scope.extras:
        found["decision"] = one.reviewed.decision(one.row.round) or None
        found["resolution"] = {
            names.of(row.field_id, row.field): as_json(row.value)
            for row in one.reviewed.resolution(one.row.round)
        }
    if Extra.SKIPS in scope.extras:
        found["skips"] = _skips(one)
    return found


def wide_table(scope: Scope) -> tuple[list[str], Iterator[list[Any]]]:
    """The headings, and a row of cells for each item.

    The headings are written before the rows are read. An answer that came in meanwhile, the first
    of its person to its field, has no column: it is in the last one.
    """
    names, single = field_headings(scope.queue), _is_single(scope)
    found = sql.rows(COLUMNS, scope.params | {"single": single})
    columns = [column for row in found for column in _columns_of(row, scope)]
    has_final = any(row.person is None for row in found)
    agreed = list(dict.fromkeys(
        names.of(row.field_id, row.field) for row in found
        if (has_final or not single) and (row.person is None or KINDS[row.kind].scale is not None)
    ))  # fmt: skip
    emails = {row.person: row.email for row in found}
    headings = [
        *WIDE_COLUMNS, *(["annotator"] if single else []),
        *(_heading(names, column, emails[column[1]]) for column in columns),
        *(f"{name} (consensus)" for name in agreed),
        *(extra for extra in _extra_headings(scope)), "later",
    ]  # fmt: skip
    once = Headings()
    headings = [once.of(place, name) for place, name in enumerate(headings)]
    return headings, (_row(scope, one, columns, agreed, names, single) for one in read_items(scope))


def _columns_of(row: Any, scope: Scope) -> list[Column]:
    if row.person is None and Extra.DECISIONS not in scope.extras:
        return []
    parts = [VALUE]
    parts += [LABEL] if row.kind in LABELLED else []
    parts += [NOTE] if row.noted and row.person is not None else []
    return [(row.field_id, row.person, part) for part in parts]


def _extra_headings(scope: Scope) -> list[str]:
    asked = {Extra.DECISIONS: "decision", Extra.SKIPS: "skips"}
    return [name for extra, name in asked.items() if extra in scope.extras]


def _row(
    scope: Scope, one: ItemRecord, columns: list[Column], agreed: list[str], names: Headings,
    single: bool,
) -> list[Any]:  # fmt: skip
    """`agreed`: the names of the fields that have a column for their consensus."""
    cells = _cells(one, names, scope, single)
    known = [cells.pop(column, ("", None))[1] for column in columns]
    found = item_consensus(one, names)
    known += [_agreed(found.get(name)) for name in agreed]
    asked = _asked(scope, one, names)
    known += [asked["decision"]] if "decision" in asked else []
    known += [", ".join(asked["skips"])] if "skips" in asked else []
    shown = [(name, value) for (_, _, part), (name, value) in cells.items() if part != LABEL]
    later = [f"{name}: {cell_text(value)}" for name, value in shown if value not in (None, "")]
    people = [annotation["row"].email for annotation in current_annotations(one)]
    facts = [*_facts(one).values(), *([", ".join(people)] if single else [])]
    return [*facts, *known, "; ".join(later)]


def _cells(
    one: ItemRecord, names: Headings, scope: Scope, single: bool
) -> dict[Column, tuple[str, Any]]:
    """{column: (heading, value)} of what the item has."""
    cells: dict[Column, tuple[str, Any]] = {}
    for place, annotation in enumerate(current_annotations(one)):
        who = annotation["row"]
        alone = single and place == 0
        person, email = (ANYBODY, None) if alone else (who.annotator_id, who.email)
        for score in annotation["scores"]:
            told = {VALUE: as_json(score.value), LABEL: label_of(score), NOTE: score.note}
            for part, value in told.items():
                column = (score.field_id, person, part)
                cells[column] = _heading(names, column, email, score.field), value
    for row in one.reviewed.resolution(one.row.round) if Extra.DECISIONS in scope.extras else []:
        for part, value in ((VALUE, as_json(row.value)), (LABEL, label_of(row))):
            column = (row.field_id, None, part)
            cells[column] = _heading(names, column, None, row.field), value
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


def _heading(names: Headings, column: Column, email: str | None, name: str = "") -> str:
    field, person, part = column
    whose = " (final value)" if person is None else f" ({email})" if email else ""
    return f"{names.of(field, name)}{whose}{f' {part}' if part else ''}"


def _facts(one: ItemRecord) -> dict[str, Any]:
    item = one.row
    return {
        "item_id": str(item.id), "title": item.title, "source_kind": item.source_kind,
        "source_key": item.source_key,
        "trace_id": item.trace_id, "status": item.status, "round": item.round,
        "required": item.required, "annotations": len(current_annotations(one)),
        "active_seconds": _active_seconds(one), "completed_at": time_text(item.completed_at),
        "snapshot_hash": item.snapshot_hash,
        "inclusion": item.inclusion, "stratum": item.stratum,
    }  # fmt: skip


def _active_seconds(one: ItemRecord) -> float | None:
    """Of all its annotators together; None where nobody's time was measured."""
    spent = [annotation["row"].active_seconds for annotation in current_annotations(one)]
    measured = [seconds for seconds in spent if seconds is not None]
    return round(sum(measured), 1) if measured else None


def _skips(one: ItemRecord) -> list[str]:
    return [skip["row"].email for skip in one.skips if skip["row"].round == one.row.round]
