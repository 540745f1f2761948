"""Small pieces between Django and the views."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase


class UploadLimitHandler(FileUploadHandler):
    """Stops reading a file beyond settings.UPLOAD_LIMIT; the view sees `request.upload_too_large`.

    The rest of the body is still drained, so that the browser gets its answer.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        self.read = 0
        if content_length > settings.UPLOAD_LIMIT + 100_000 and self.request is not None:
            self.request.upload_too_large = True  # type: ignore[attr-defined]

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.read += len(raw_data)
        if self.read > settings.UPLOAD_LIMIT and self.request is not None:
            self.request.upload_too_large = True  # type: ignore[attr-defined]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class SignedInPagesMiddleware:
    """What a signed-in person sees stays out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response


def is_fragment(request: HttpRequest) -> bool:
    """htmx asks for a part of the page, not for the page."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted


def no_content() -> HttpResponse:
    return HttpResponse(status=204)
