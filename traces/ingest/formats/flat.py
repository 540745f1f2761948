"""Rows of columns, as a table has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.detection import Role
from traces.ingest.formats.columns import Columns
from traces.ingest.parsed import ParsedTrace

NO_CONTENT = "Nothing in it is an input or an output."


def flat_trace(row: dict[str, Any], mapping: Mapping[str, Role], default_name: str) -> ParsedTrace:
    """A trace of the columns by their roles; one that no role names is an attribute."""
    columns = Columns(row, {name: mapping.get(name, Role.ATTRIBUTE) for name in row})
    inputs, outputs = columns.having(Role.INPUT), columns.having(Role.OUTPUT)
    if not any(value not in (None, "") for value in (inputs | outputs).values()):
        raise InputRefused(NO_CONTENT)
    return columns.trace(
        inputs=inputs, outputs=outputs, kind="chain", content=row, default_name=default_name
    )
