"""Asking as somebody: what came back, what was written, and whether anything leaked."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from annotate_site import sql

from .canaries import leaks
from .requests import asked_of
from .routes import address
from .world import World

LOGIN = ("/accounts/login/", "/admin/login/")
# Rows touched in this transaction, but for sessions, throttles and the record of who saw what.
WRITTEN = """
select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::int as rows
  from pg_stat_xact_user_tables
 where relname not in ('django_session', 'annotate_cache', 'queues_itemopened')
"""


@dataclass(frozen=True)
class Told:
    """What one request did. `got`: "ok", "login", or the status."""

    got: str
    written: int
    leaks: list[str]
    body: str = field(repr=False)


class Asker:
    """One actor's browser. Whatever a request changes is taken back after it."""

    def __init__(self, world: World, actor: str, *, csrf: bool = False) -> None:
        self.world, self.actor = world, actor
        self.client = Client(enforce_csrf_checks=csrf)
        if user := world.people[actor]:
            self.client.force_login(user)
        self.cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def route(
        self, route: str, method: str, *, htmx: bool = False, ids: dict[str, object] | None = None
    ) -> Told:
        """Asks a route as requests.py says, with other ids where given."""
        asked = asked_of(route, self.world)
        data = asked.query if method == "GET" else asked.body
        path = address(route, asked.ids | (ids or {}))
        return self.ask(method, path, data, first=asked.first, htmx=htmx)

    def ask(
        self, method: str, path: str, data: Any = None, *, first: str = "", htmx: bool = False
    ) -> Told:
        """One request as a visit of its own, of which nothing stays."""
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        with transaction.atomic():
            if first:
                self.client.get(first)
            told = self.send(method, path, data, htmx=htmx)
            transaction.set_rollback(True)
        return told

    def send(self, method: str, path: str, data: Any = None, *, htmx: bool = False) -> Told:
        """One request of a visit; what it does stays."""
        before = _written()
        headers = {"HX-Request": "true"} if htmx else {}
        response = getattr(self.client, method.lower())(path, data or {}, headers=headers)
        body = _body(response)
        return Told(_got(response), _written() - before, leaks(self.actor, response, body), body)


def _written() -> int:
    row = sql.one(WRITTEN)
    assert row is not None
    return int(row.rows)


def _body(response: Any) -> str:
    whole = response.getvalue() if isinstance(response, StreamingHttpResponse) else response.content
    return bytes(whole).decode(errors="replace")


def _got(response: HttpResponseBase) -> str:
    where = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
    if where.startswith(LOGIN):
        return "login"
    return "ok" if response.status_code < 400 else str(response.status_code)
