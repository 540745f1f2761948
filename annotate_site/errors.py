"""What a rule refuses, and the one place that answers a refusal which no view handles.

A view handles a refusal itself only where it shows it within a page of its own.
"""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django_htmx.http import reswap, retarget

from . import rpc_status
from .http import BODY_TOO_LARGE, is_api, is_fragment, is_otlp

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

GAVE_UP = ("40001", "40P01")  # a serialization failure, a deadlock: all was rolled back
STOPPED = "57014"  # a statement took too long
TOO_SLOW = ("55P03", STOPPED)  # the first: a lock was not had in time
ATTEMPTS = 4
RETRY_AFTER = 1  # seconds
PROBLEM = "application/problem+json"
OF_STATUS = {
    403: "You may not do this.",
    404: "There is nothing at this address, or it is not yours to see.",
    405: "This address does not take this method. The header Allow lists those it takes.",
    500: "Something went wrong here. It was written to the log.",
}


class Refused(Exception):
    """A rule said no; nothing was changed unless the subclass says so.

    `sentence` is for people, `code` for programs, `status` that of an HTTP answer.
    """

    code = "refused"
    status = 409
    headers: Mapping[str, str] = {}
    details: Mapping[str, object] = {}  # more members of the problem JSON

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code


class Busy(Refused):
    """The database did not give us our turn in time. Asking again is safe, and may work."""

    code = "busy"
    status = 503
    headers = {"Retry-After": str(RETRY_AFTER)}

    def __init__(self) -> None:
        super().__init__(
            "The site is busy with another change to the same thing, and this one did not get its"
            " turn. Everything that was saved before is kept. Try again in a moment."
        )


class TooLarge(Refused):
    """The web server did not read the body, which is larger than `limit` bytes."""

    code = "too_large"
    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"What you sent is larger than the {filesizeformat(limit)} that are accepted here, so"
            " it was not read. Nothing was changed. Go back, make it smaller, and send it again."
        )


class TooSlow(Busy):
    """A statement was stopped when its time was up."""

    code = "too_slow"

    def __init__(self) -> None:
        Refused.__init__(
            self,
            "This took too long and was stopped. Nothing was changed. If you searched or chose many"
            " things at once, narrow it: fewer things, or one more condition.",
        )


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of what went wrong, "" where it said none."""
    return str(getattr(error.__cause__, "sqlstate", None) or "")


def atomic_retry(function: Callable[P, R]) -> Callable[P, R]:
    """Runs the function as one transaction, and from its first line again where PostgreSQL
    gave it up: a serialization failure or a deadlock undoes all of it.

    For actions that are one transaction, or the part of one that is. It is neither a view's,
    since an earlier action of the same request may have committed, nor a block's, since a block
    cannot be run twice. Within another transaction nothing is repeated: what was read and locked
    there is lost as well, so that the outermost function has to begin anew.
    """

    @wraps(function)
    def repeated(*given: P.args, **named: P.kwargs) -> R:
        outermost = not connection.in_atomic_block
        for _ in range(ATTEMPTS - 1 if outermost else 0):
            try:
                with transaction.atomic():
                    return function(*given, **named)
            except OperationalError as error:
                if sqlstate(error) not in GAVE_UP:
                    raise
        with transaction.atomic():
            return function(*given, **named)

    return repeated


class RefusalMiddleware:
    """Answers what no view has: a refusal, a body that is too large for one, and a database that
    could not do it in time.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if limit := request.META.get(BODY_TOO_LARGE):
            return answer(request, TooLarge(limit))
        response = self.get_response(request)
        return _for_program(request, response) if is_api(request) else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError) and sqlstate(error) in (*GAVE_UP, *TOO_SLOW):
            log.warning("%s %s is answered with 503: %s", request.method, request.path, error)
            error = TooSlow() if sqlstate(error) == STOPPED else Busy()
        return answer(request, error) if isinstance(error, Refused) else None


def answer(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Problem JSON (RFC 9457) for programs, a message beside the page for htmx, else a page."""
    response = _render(request, refused)
    for name, value in refused.headers.items():
        response.headers[name] = value
    return response


def problem(
    sentence: str, status: int, code: str, details: Mapping[str, object] | None = None
) -> JsonResponse:
    """RFC 9457, with a code for programs."""
    members = {"type": "about:blank", "title": sentence, "status": status, "code": code}
    return JsonResponse(members | dict(details or {}), status=status, content_type=PROBLEM)


def _for_program(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """What Django answers to a program, which reads no pages."""
    status = response.status_code
    if status < 400 or response.headers.get("Content-Type", "") in (PROBLEM, *rpc_status.TYPES):
        return response
    phrase = HTTPStatus(status).phrase
    sentence = OF_STATUS.get(status, f"{phrase}.")
    told: HttpResponse
    if is_otlp(request):
        told = rpc_status.answer(request, status, sentence)
    else:
        told = problem(sentence, status, phrase.lower().replace(" ", "_"))
    if allowed := response.headers.get("Allow"):
        told.headers["Allow"] = allowed
    return told


def _render(request: HttpRequest, refused: Refused) -> HttpResponse:
    if is_otlp(request):
        return rpc_status.answer(request, refused.status, refused.sentence)
    if is_api(request) or PROBLEM in request.headers.get("Accept", ""):
        return problem(refused.sentence, refused.status, refused.code, refused.details)
    # Without the request, since what it would read may be what the database cannot give.
    part = is_fragment(request)
    text = render_to_string(f"refused.html{'#message' if part else ''}", {"refused": refused})
    response = HttpResponse(text, status=refused.status)
    return reswap(retarget(response, "#messages"), "beforeend") if part else response
