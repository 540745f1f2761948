"""The long shape: a row for each answer, skip, decision, remark and final value."""

from collections.abc import Iterator
from typing import Any

from annotate_site.export_text import time_text

from .items import ItemRecord, Scope, read_items
from .reviewed import as_json, lines_of

LONG_COLUMNS = [
    "record", "item_id", "title", "source_kind", "source_key", "trace_id", "item_status",
    "required", "round", "current_round", "annotator", "annotator_name", "started_at",
    "submitted_at", "held_seconds", "field", "field_id", "kind", "value", "note", "decision",
    "about", "inclusion", "stratum",
]  # fmt: skip


def long_rows(scope: Scope) -> Iterator[dict[str, Any]]:
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
    done_at = getattr(who, "submitted_at", None) or getattr(who, "ended_at", None)
    return dict.fromkeys(LONG_COLUMNS) | {
        "record": kind, "item_id": str(item.id), "title": item.title,
        "source_kind": item.source_kind, "source_key": item.source_key,
        "trace_id": item.trace_id, "item_status": item.status,
        "required": item.required, "round": who.round, "current_round": who.round == item.round,
        "annotator": who.email, "annotator_name": who.name,
        "started_at": time_text(getattr(who, "started_at", None)),
        "submitted_at": time_text(done_at),
        "held_seconds": getattr(who, "held_seconds", None), "inclusion": item.inclusion,
        "stratum": item.stratum,
    }  # fmt: skip
