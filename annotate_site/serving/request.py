"""A request while it arrives: how large it may be, and until when it must be here."""

import time
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from importlib import import_module
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import DatabaseError, connection
from django.http import parse_cookie
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser
from waitress.utilities import RequestEntityTooLarge

from annotate_site.http import BY_TOKEN, bearer_token

BYTES_PER_SECOND = 50_000  # the slowest line that a large body may come by
MOST_DISCARDED = 256 * 1024 * 1024  # bytes read for nothing, so that a browser takes the answer


class Discarded:
    """Stands for a body that is too large: it is read to its end, and not kept."""

    error = None

    def __init__(self, remaining: int) -> None:
        self.remaining = remaining

    @property
    def completed(self) -> bool:
        return self.remaining == 0

    def received(self, data: bytes) -> int:
        taken = min(self.remaining, len(data))
        self.remaining -= taken
        return taken

    def getfile(self) -> BytesIO:
        return BytesIO()

    getbuf = getfile


class Request(HTTPRequestParser):
    """Waitress' parser, with a limit that depends on who sends what, and with a deadline.

    `too_large` is the limit in bytes that the body broke, or 0: it arrives empty then.
    `unproven` says that a session or a token is claimed for more than a stranger may send.
    """

    adj: Adjustments
    body_rcv: Any
    expect_continue: bool

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.began = time.monotonic()
        self.too_large = 0
        self.unproven = False

    def received(self, data: bytes) -> int:
        taken: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self._refuse()
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is None:
            return
        claims = bool(self._token()) or settings.SESSION_COOKIE_NAME in self._cookies()
        self._limit_to(self._limit_of_members() if claims else settings.BODY_LIMIT_OF_STRANGERS)
        self.unproven = claims and (
            self.chunked or self.content_length > settings.BODY_LIMIT_OF_STRANGERS
        )

    def prove(self) -> None:
        """Ask the database for the session or the token; without one it is a stranger's.

        Call it in a thread, while nothing more is read.
        """
        self.unproven = False
        known = has_token(token) if (token := self._token()) else has_session(self._cookies())
        if not known:
            self._limit_to(settings.BODY_LIMIT_OF_STRANGERS)
            if self.content_length > settings.BODY_LIMIT_OF_STRANGERS:
                self._refuse()

    def is_overdue(self, now: float) -> bool:
        """Whether it should have arrived by now; a large body has longer."""
        size = self.adj.max_request_body_size if self.chunked else self.content_length
        body = 0 if self.too_large else size / BYTES_PER_SECOND
        return now > self.began + settings.REQUEST_SECONDS + body

    def _token(self) -> str:
        """By which alone the API knows people; "" for none, and elsewhere."""
        of_api = self.path.startswith(BY_TOKEN)
        return bearer_token(self.headers.get("AUTHORIZATION", "")) if of_api else ""

    def _cookies(self) -> str:
        return "" if self.path.startswith(BY_TOKEN) else self.headers.get("COOKIE", "")

    def _limit_of_members(self) -> int:
        limit: int = settings.BODY_LIMIT_OF_MEMBERS
        if self.content_length > limit or self.chunked:
            with suppress(Resolver404):  # the site answers that there is no such page
                limit = settings.BODY_LIMITS.get(resolve(self.path).view_name, limit)
        return limit

    def _limit_to(self, size: int) -> None:
        self.adj = copy(self.adj)
        self.adj.max_request_body_size = size + 1  # waitress means the first size it refuses

    def _refuse(self) -> None:
        self.error = None
        self.too_large = self.adj.max_request_body_size - 1
        waits = self.expect_continue or self.chunked or self.content_length > MOST_DISCARDED
        remaining = 0 if waits else self.content_length - self.body_bytes_received
        self.completed = remaining == 0
        if waits:
            self.headers["CONNECTION"] = "close"
            self.expect_continue = False
        self.headers["CONTENT_LENGTH"] = "0"
        self.close()
        self.body_rcv = Discarded(remaining)
        self._limit_to(self.content_length)


def has_session(cookies: str) -> bool:
    """Whether a Cookie header names a session of somebody signed in; True if nobody can say."""
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return _asked(lambda: SESSION_KEY in store)


def has_token(token: str) -> bool:
    """Whether it works; True if nobody can say."""
    return _asked(lambda: import_string(settings.PROOF_OF_TOKEN)(token))


def _asked(database: Callable[[], bool]) -> bool:
    try:
        return database()
    except DatabaseError:
        return True  # the site will answer that it has no database
    finally:
        connection.close_if_unusable_or_obsolete()
