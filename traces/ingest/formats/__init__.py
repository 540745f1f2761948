"""How a row of an upload is read as a trace: one module for each format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from traces.ingest.detection import Format, Role
from traces.ingest.formats.flat import flat_trace
from traces.ingest.formats.messages import messages_trace
from traces.ingest.formats.own import own_trace
from traces.ingest.formats.span import span_part
from traces.ingest.parsed import ParsedTrace


def to_trace(
    row: Mapping[str, Any], format: Format, mapping: Mapping[str, Role], *, default_name: str
) -> ParsedTrace:
    """Map one row, already made storable by clean_json, to a trace.

    `mapping` gives columns of flat rows, and those beside messages, their roles (default_mapping
    proposes one). A column it does not name is an attribute in flat rows, and beside messages what
    role_beside_messages says. Our own format needs none.
    `default_name` names traces whose row has no name. Raises InputRefused with one sentence.
    """
    if format == Format.SPAN:
        return span_part(dict(row))
    if format == Format.OWN:
        return own_trace(dict(row), default_name)
    if format == Format.MESSAGES:
        return messages_trace(dict(row), mapping, default_name)
    return flat_trace(dict(row), mapping, default_name)
