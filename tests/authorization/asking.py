"""Asking as somebody: what came back, what was written, and whether anything leaked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
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
Measure = Callable[[], dict[str, Any]]  # by table
# Sessions, throttles, and the record of who saw what.
NOT_COUNTED = (
    "django_session", "annotate_cache", "queues_itemopened", "queues_traceopened",
)  # fmt: skip
TOUCHED = """
select relname as name, n_tup_ins + n_tup_upd + n_tup_del as rows
  from pg_stat_xact_user_tables where relname <> all(%s)
"""


@dataclass(frozen=True)
class Told:
    """What one request did. `got`: "ok", "login", or the status. `changed`: names of tables."""

    got: str
    changed: list[str]
    leaks: list[str]
    body: str = field(repr=False)

    @property
    def written(self) -> bool:
        return bool(self.changed)


class Asker:
    """One actor's browser. Whatever a request changes is taken back after it."""

    def __init__(self, world: World, actor: str, *, csrf: bool = False) -> None:
        self.world, self.actor = world, actor
        self.client = Client(enforce_csrf_checks=csrf)
        if user := world.people[actor]:
            self.client.force_login(user)
        self.cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def route(
        self,
        route: str,
        method: str,
        *,
        htmx: bool = False,
        ids: dict[str, Any] | None = None,
        counts: bool = True,
    ) -> Told:
        """Asks a route as requests.py says, with other ids where given."""
        asked = asked_of(route, self.world)
        data = asked.query if method == "GET" else asked.body
        path = address(route, asked.ids | (ids or {}))
        return self.ask(method, path, data, first=asked.first, htmx=htmx, counts=counts)

    def ask(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        first: str = "",
        htmx: bool = False,
        counts: bool = True,
    ) -> Told:
        """One request as a visit of its own, of which nothing stays; what it writes is counted.

        Rows that a refusal wrote and took back itself were touched: to be sure, it is asked once
        more, and what stands in their tables is compared.
        """
        told = self._visit(method, path, data, first, htmx, _touched if counts else dict)
        if told.written and told.got != "ok":
            told = self._visit(method, path, data, first, htmx, partial(_contents, told.changed))
        return told

    def _visit(
        self, method: str, path: str, data: Any, first: str, htmx: bool, measure: Measure
    ) -> Told:
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        with transaction.atomic():
            if first:
                self.client.get(first)
            told = self.send(method, path, data, htmx=htmx, measure=measure)
            transaction.set_rollback(True)
        return told

    def send(
        self,
        method: str,
        path: str,
        data: Any = None,
        *,
        htmx: bool = False,
        measure: Measure | None = None,
    ) -> Told:
        """One request of a visit; what it does stays."""
        measure = measure or _touched
        before = measure()
        headers = {"HX-Request": "true"} if htmx else {}
        response = getattr(self.client, method.lower())(path, data or {}, headers=headers)
        body, after = _body(response), measure()
        changed = [name for name in after if after[name] != before.get(name, 0)]
        return Told(_got(response), changed, leaks(self.actor, response, body), body)


def _touched() -> dict[str, Any]:
    """By table: how many rows this transaction has written, those taken back included."""
    return {row.name: row.rows for row in sql.rows(TOUCHED, [list(NOT_COUNTED)])}


def _contents(tables: list[str]) -> dict[str, Any]:
    """By table: a hash of all its rows."""
    return {
        name: sql.one(f'select md5(string_agg(t::text, chr(10) order by t::text)) from "{name}" t')
        for name in tables
    }


def _body(response: Any) -> str:
    whole = response.getvalue() if isinstance(response, StreamingHttpResponse) else response.content
    return bytes(whole).decode(errors="replace")


def _got(response: HttpResponseBase) -> str:
    where = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
    if where.startswith(LOGIN):
        return "login"
    return "ok" if response.status_code < 400 else str(response.status_code)
