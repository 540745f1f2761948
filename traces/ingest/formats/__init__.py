"""How a row of an upload is read as traces: one module for each format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from traces.ingest.detection import Format, Role
from traces.ingest.formats.flat import flat_trace
from traces.ingest.formats.inspect import sample_part
from traces.ingest.formats.langfuse import langfuse_part
from traces.ingest.formats.langsmith import run_part
from traces.ingest.formats.messages import messages_trace
from traces.ingest.formats.mlflow import mlflow_part
from traces.ingest.formats.otlp_request import otlp_parts
from traces.ingest.formats.own import own_trace
from traces.ingest.formats.span import span_part
from traces.ingest.formats.weave import call_part
from traces.ingest.parsed import ParsedTrace

_PARTS: Mapping[Format, Callable[[dict[str, Any]], ParsedTrace]] = {
    Format.SPAN: span_part,
    Format.LANGSMITH: run_part,
    Format.LANGFUSE: langfuse_part,
    Format.WEAVE: call_part,
    Format.MLFLOW: mlflow_part,
    Format.INSPECT: sample_part,
}


def to_traces(
    row: Mapping[str, Any], format: Format, mapping: Mapping[str, Role], *, default_name: str
) -> list[ParsedTrace]:
    """Map one row, already made storable by clean_json, to its trace; or to parts of traces, of
    which a row of OTLP may hold several.

    `mapping` gives columns of flat rows, and those beside messages, their roles (default_mapping
    proposes one). A column it does not name is an attribute in flat rows, and beside messages what
    role_beside_messages says. Other formats need none.
    `default_name` names traces whose row has no name. Raises InputRefused with one sentence.
    """
    if format is Format.OTLP:
        return otlp_parts(dict(row))
    if format in _PARTS:
        return [_PARTS[format](dict(row))]
    if format is Format.OWN:
        return [own_trace(dict(row), default_name)]
    read = messages_trace if format is Format.MESSAGES else flat_trace
    return [read(dict(row), mapping, default_name)]
