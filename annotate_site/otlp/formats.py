"""What a request of each kind holds, and what becomes of one of its records."""

from typing import Any

from traces.ingest.formats.otlp import OtlpSpan, read_span, spans_of
from traces.ingest.formats.otlp_logs import LogEvent, name_of, read_event, records_of
from traces.ingest.formats.otlp_scores import (
    EVALUATION,
    Judgment,
    is_feedback,
    read_evaluation_log,
    read_feedback,
)

from .requests import Format, cut_json, whole_json


def read_any_span(
    resource: dict[str, Any], scope: dict[str, Any], span: dict[str, Any]
) -> OtlpSpan | list[Judgment]:
    """Raises InputRefused."""
    return read_feedback(span) if is_feedback(span) else read_span(resource, scope, span)


def read_any_log(
    resource: dict[str, Any], scope: dict[str, Any], record: dict[str, Any]
) -> LogEvent | list[Judgment]:
    """Raises InputRefused."""
    if name_of(record) == EVALUATION:
        return [read_evaluation_log(record)]
    return read_event(record)


SPANS: Format[OtlpSpan | list[Judgment]] = Format(
    "ExportTraceServiceRequest", "span", cut_json, spans_of, "span_of", read_any_span
)
LOGS: Format[LogEvent | list[Judgment]] = Format(
    "ExportLogsServiceRequest", "log record", whole_json, records_of, "log_record_of", read_any_log
)
