"""The wide shape: a row for each item, of its present round."""

from collections.abc import Iterator
from typing import Any

from annotate_site import sql

from .items import ItemRecord, Scope, current_annotations, read_items
from .reviewed import as_json, final_columns
from .text import time_text

WIDE_COLUMNS = [
    "item_id", "title", "source_kind", "trace_id", "status", "round", "required", "annotations",
    "completed_at", "snapshot_hash", "decision",
]  # fmt: skip


def wide_table(scope: Scope) -> tuple[list[str], Iterator[list[Any]]]:
    """For CSV: the headings, and a row of cells for each item."""
    columns = _answer_columns(scope)
    final = final_columns(scope.queue, completed_only=scope.completed_only)
    names = [*WIDE_COLUMNS, *(f"{field} · {email}" for field, email in columns)]
    names += [*(f"resolution · {field}" for field in final), "skips"]
    return names, (_wide_cells(one, columns, final) for one in read_items(scope))


def wide_records(scope: Scope) -> Iterator[dict[str, Any]]:
    for one in read_items(scope):
        answers: dict[str, dict[str, Any]] = {}
        for annotation in current_annotations(one):
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
        "required": item.required, "annotations": len(current_annotations(one)),
        "completed_at": time_text(item.completed_at), "snapshot_hash": item.snapshot_hash,
        "decision": one.reviewed.decision(item.round) or None,
    }  # fmt: skip


def _wide_cells(one: ItemRecord, columns: list[tuple[str, str]], final: list[str]) -> list[Any]:
    values = {
        (score.field, annotation["row"].email): as_json(score.value)
        for annotation in current_annotations(one)
        for score in annotation["scores"]
    }
    skips = [skip["row"].email for skip in one.skips if skip["row"].round == one.row.round]
    facts = list(_wide_facts(one).values())
    resolution = one.reviewed.resolution(one.row.round)
    cells = [*(values.get(column) for column in columns), *map(resolution.get, final)]
    return [*facts, *cells, ", ".join(skips)]


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
