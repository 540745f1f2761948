"""Small pieces between Django and the views."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

FORM_AROUND_FILE = 100_000  # bytes of a form's other fields
API, OTLP = "/api/", "/v1/"
BY_TOKEN = (API, OTLP)  # where programs ask
API_TOKEN = re.compile(r"[A-Za-z0-9]{48}")
BODY_TOO_LARGE = "annotate.body_too_large"  # our web server's word in the WSGI environment


class UploadLimitHandler(FileUploadHandler):
    """Keeps no file beyond settings.UPLOAD_LIMIT; the view sees `request.upload_too_large`.

    The rest of the body is still read, chunk by chunk, so that the browser gets its answer. Our own
    web server does so, and refuses what is much larger before the site is asked.
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
        self.too_large = content_length > settings.UPLOAD_LIMIT + FORM_AROUND_FILE

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.read += len(raw_data)
        self.too_large = self.too_large or self.read > settings.UPLOAD_LIMIT
        if self.too_large:
            self.request.upload_too_large = True  # type: ignore[union-attr]
            raise SkipFile
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


def is_api(request: HttpRequest) -> bool:
    """A program asks, by a token and never by a session."""
    return request.path.startswith(BY_TOKEN)


def is_otlp(request: HttpRequest) -> bool:
    return request.path.startswith(OTLP)


def bearer_token(authorization: str) -> str:
    """The token of an Authorization header; "" for what cannot be one of ours."""
    scheme, _, token = authorization.partition(" ")
    return token if scheme.lower() == "bearer" and API_TOKEN.fullmatch(token) else ""


def is_fragment(request: HttpRequest) -> bool:
    """htmx asks for a part of the page, not for the page."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted


def no_content() -> HttpResponse:
    return HttpResponse(status=204)
