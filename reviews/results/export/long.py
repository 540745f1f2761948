"""The long shape: a row for each answer; by choice for each skip, decision, remark, final value."""

from collections.abc import Iterator
from typing import Any

from annotate_site.export_text import time_text
from fields.describing import show_value

from .items import Extra, ItemRecord, Scope, read_items
from .reviewed import as_json, lines_of

LONG_COLUMNS = [
    "record", "counts", "item_id", "title", "source_kind", "source_key", "trace_id",
    "item_status", "required", "round", "current_round", "annotator", "annotator_name",
    "started_at", "submitted_at", "held_seconds", "active_seconds", "field", "field_id", "kind",
    "value", "label", "note", "decision", "about", "inclusion", "stratum",
]  # fmt: skip
CHOSEN = {
    "skip": Extra.SKIPS, "review": Extra.DECISIONS, "resolution": Extra.DECISIONS,
    "remark": Extra.REMARKS,
}  # fmt: skip


def long_rows(scope: Scope) -> Iterator[dict[str, Any]]:
    for one in read_items(scope):
        for annotation in one.annotations:
            who = annotation["row"]
            for score in annotation["scores"]:
                yield _line(one, "answer", who) | _answer(score)
        for kind, row, cells in _besides(one):
            if CHOSEN[kind] in scope.extras:
                yield _line(one, kind, row) | cells


def _besides(one: ItemRecord) -> list[tuple[str, Any, dict[str, Any]]]:
    skips = [("skip", skip["row"], {"note": skip["row"].reason}) for skip in one.skips]
    return skips + lines_of(one.reviewed)


def _answer(score: Any) -> dict[str, Any]:
    return {
        "field": score.field, "field_id": str(score.field_id), "kind": score.kind,
        "value": as_json(score.value), "label": label_of(score), "note": score.note,
    }  # fmt: skip


def label_of(score: Any) -> str:
    """The value as people read it, by its options' labels; "" of a field left empty."""
    value = as_json(score.value)
    return "" if value is None else show_value(score.kind, as_json(score.settings), value)


def _line(one: ItemRecord, kind: str, who: Any) -> dict[str, Any]:
    """`counts`: submitted, of the item's present round; removed items and probes are not read."""
    item = one.row
    done_at = getattr(who, "submitted_at", None) or getattr(who, "ended_at", None)
    current = who.round == item.round
    return dict.fromkeys(LONG_COLUMNS) | {
        "record": kind, "counts": kind == "answer" and current,
        "item_id": str(item.id), "title": item.title,
        "source_kind": item.source_kind, "source_key": item.source_key,
        "trace_id": item.trace_id, "item_status": item.status,
        "required": item.required, "round": who.round, "current_round": current,
        "annotator": who.email, "annotator_name": who.name,
        "started_at": time_text(getattr(who, "started_at", None)),
        "submitted_at": time_text(done_at),
        "held_seconds": getattr(who, "held_seconds", None),
        "active_seconds": getattr(who, "active_seconds", None),
        "inclusion": item.inclusion,
        "stratum": item.stratum,
    }  # fmt: skip
