"""The bodies of responses that are sent in pieces: exports, downloads, refused rows."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse


def pieces(response: object) -> Iterator[bytes]:
    """Each is made when it is asked for."""
    assert isinstance(response, StreamingHttpResponse), response
    return iter(response)


def body(response: object) -> bytes:
    """All of it, made now."""
    return b"".join(pieces(response))
