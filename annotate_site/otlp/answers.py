"""What a sender is told of a request that was taken, wholly or in part, in its own encoding."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse

from annotate_site.rpc_status import JSON, PROTOBUF

MOST_REASONS = 5


def taken(request: HttpRequest, refused: int, reasons: Sequence[str]) -> HttpResponse:
    """ExportTraceServiceResponse, or the same of logs, which differs in one name alone."""
    message = " ".join(reasons[:MOST_REASONS])
    if request.content_type == JSON:
        told = {"rejectedSpans": str(refused), "errorMessage": message}
        return JsonResponse({"partialSuccess": told} if refused else {})
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
        ExportTracePartialSuccess,
        ExportTraceServiceResponse,
    )

    answer = ExportTraceServiceResponse()
    if refused:
        partial = ExportTracePartialSuccess(rejected_spans=refused, error_message=message)
        answer.partial_success.CopyFrom(partial)
    return HttpResponse(answer.SerializeToString(), content_type=PROTOBUF)
