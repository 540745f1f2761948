"""What a request of each kind holds, and what becomes of one of its records."""

from typing import Any

from traces.ingest.formats.otlp import OtlpSpan, spans_of
from traces.ingest.formats.otlp_logs import LogEvent, name_of, read_event, records_of
from traces.ingest.formats.otlp_request import read_any_span
from traces.ingest.formats.otlp_scores import EVALUATION, read_evaluation_log
from traces.ingest.judgments import Judgment

from .requests import Format, cut_json, whole_json


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
