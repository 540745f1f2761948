"""What a sender is told of a request that was taken, wholly or in part, in its own encoding."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from annotate_site.rpc_status import JSON, PROTOBUF

MOST_REASONS = 5


class Signal(StrEnum):
    """By the name that an answer has for those that were not taken."""

    TRACES = "rejectedSpans"
    LOGS = "rejectedLogRecords"


def taken(
    request: HttpRequest, signal: Signal, refused: int, reasons: Sequence[str]
) -> HttpResponse:
    """ExportTraceServiceResponse or ExportLogsServiceResponse."""
    message = " ".join(reasons[:MOST_REASONS])
    if request.content_type == JSON:
        told = {str(signal): str(refused), "errorMessage": message}
        return JsonResponse({"partialSuccess": told} if refused else {})
    answer = _in_protobuf(signal, refused, message) if refused else b""
    return HttpResponse(answer, content_type=PROTOBUF)


def _in_protobuf(signal: Signal, refused: int, message: str) -> bytes:
    from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as of_logs
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as of_traces

    answer: Any
    if signal is Signal.TRACES:
        answer = of_traces.ExportTraceServiceResponse()
        answer.partial_success.rejected_spans = refused
    else:
        answer = of_logs.ExportLogsServiceResponse()
        answer.partial_success.rejected_log_records = refused
    answer.partial_success.error_message = message
    data: bytes = answer.SerializeToString()
    return data
