"""Export of selected traces with what was judged of them: `note_export`, then `export_pieces`."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from annotate_site.export_parquet import parquet_rows
from annotate_site.export_text import cell_text, csv_lines, json_lines
from annotate_site.projects.events import Actor, change, record

from .of_traces import TraceScope
from .traces_long import COLUMNS, long_rows
from .traces_wide import FACTS, LATER, wide_columns, wide_records, wide_rows

__all__ = ["FORMATS", "SHAPES", "TraceScope", "export_pieces", "note_export"]

SHAPES = ("long", "wide")
FORMATS = ("jsonl", "csv", "parquet")


def note_export(scope: TraceScope, shape: str, format: str) -> None:
    """The event that says who exports, and how many traces or by how many conditions."""
    filter = scope.selection.filter
    chosen = f"{len(scope.selection.ids)} chosen"
    which = chosen if filter is None else f"all that match {len(filter.rows)} conditions"
    with transaction.atomic():
        what = f"export traces {shape} {format}"
        actor = Actor.person(scope.reader)
        record(
            change(scope.project, actor, "project", scope.project.pk, what, "", "", reason=which)
        )


def export_pieces(scope: TraceScope, shape: str, format: str) -> Iterator[bytes]:
    """The file, piece by piece."""
    return (_long if shape == "long" else _wide)(scope, format)


def _long(scope: TraceScope, format: str) -> Iterator[bytes]:
    rows = long_rows(scope)
    if format == "jsonl":
        return _encoded(json_lines(rows))
    if format == "csv":
        return _encoded(csv_lines(list(COLUMNS), ([*row.values()] for row in rows)))
    return parquet_rows(COLUMNS, ([*_with_json(row).values()] for row in rows))


def _with_json(row: dict[str, Any]) -> dict[str, Any]:
    """A column of Parquet has one type, and values have many."""
    return row | {"value": json.dumps(row["value"], ensure_ascii=False)}


def _wide(scope: TraceScope, format: str) -> Iterator[bytes]:
    if format == "jsonl":
        return _encoded(json_lines(wide_records(scope)))
    columns = wide_columns(scope)
    rows = wide_rows(scope, columns)
    if format == "csv":
        return _encoded(csv_lines([*FACTS, *(one.heading for one in columns), LATER], rows))
    types = FACTS | {one.heading: one.type for one in columns} | {LATER: "string"}
    texts = [place for place, one in enumerate(columns, len(FACTS)) if one.type == "string"]
    return parquet_rows(types, (_as_text(row, texts) for row in rows))


def _as_text(row: list[Any], places: list[int]) -> list[Any]:
    """A column in which values of several types came is one of texts."""
    for place in places:
        if row[place] is not None and not isinstance(row[place], str):
            row[place] = str(cell_text(row[place]))
    return row


def _encoded(texts: Iterator[str]) -> Iterator[bytes]:
    return (text.encode() for text in texts)
