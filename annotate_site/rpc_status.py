"""What a sender of OpenTelemetry is told of a request that failed: a google.rpc.Status."""

from django.http import HttpRequest, HttpResponse, JsonResponse

JSON, PROTOBUF = "application/json", "application/x-protobuf"
TYPES = (JSON, PROTOBUF)

# Codes of google.rpc by HTTP's; any other of these is UNKNOWN.
_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 413: 3, 415: 3, 429: 8, 500: 13, 503: 14}
_UNKNOWN = 2
_CODE_FIELD, _MESSAGE_FIELD = b"\x08", b"\x12"


def answer(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """In the encoding of the request."""
    code = _CODES.get(status, _UNKNOWN)
    if request.content_type == JSON:
        return JsonResponse({"code": code, "message": sentence}, status=status)
    message = sentence.encode()
    # The message has two fields: the library for it costs memory in every process.
    data = _CODE_FIELD + bytes([code]) + _MESSAGE_FIELD + _varint(len(message)) + message
    return HttpResponse(data, status=status, content_type=PROTOBUF)


def _varint(number: int) -> bytes:
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])
