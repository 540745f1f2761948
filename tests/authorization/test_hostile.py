"""No posted value and no number in an address is an error of ours: every POST route, every key."""

from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import QueryDict, StreamingHttpResponse
from django.test import Client

from .asking import Asker
from .requests import Asked, asked_of
from .routes import address, parameters
from .table import REVIEWERS, TABLE
from .world import World

FORM = "application/x-www-form-urlencoded"
NUMBERS = ["9" * 5000, "9" * 4000, str(2**63), str(2**31), "0"]
# A digit that is no decimal, a NUL, half of a surrogate pair.
TEXTS = ["9" * 5000, str(2**63), str(2**31), "-1", "1.5", "", "\u00b2", "a\0b", "\ud800"]
Pairs = list[tuple[str, str]]
ROUTES = [route for route, row in TABLE.items() if row.post is not None]


def client_for(world: World, route: str) -> Client:
    """Of somebody who may; what is not handled is answered as the site answers it."""
    client = Asker(world, "reviewer" if TABLE[route].post is REVIEWERS else "owner").client
    client.raise_request_exception = False
    return client


def pairs_of(asked: Asked) -> Pairs:
    """What a page of ours posts; a file is left out."""
    lists = {key: one if isinstance(one, list) else [one] for key, one in asked.body.items()}
    return [(key, str(one)) for key, ones in lists.items() for one in ones if key != "file"]


def post(client: Client, path: str, pairs: Pairs, first: str = "") -> int:
    """The status of one request, of which nothing stays."""
    body = urlencode(pairs, errors="surrogatepass")
    with transaction.atomic():
        if first:
            client.get(first)
        response: Any = client.post(path, body, content_type=FORM)
        if isinstance(response, StreamingHttpResponse):
            response.getvalue()
        transaction.set_rollback(True)
    return int(response.status_code)


def changed(pairs: Pairs, keys: set[str], texts: Iterator[str], each: int) -> Iterator[Pairs]:
    """The body with each key missing, repeated, and as so many of the texts, which take turns."""
    for key in sorted(keys):
        others = [pair for pair in pairs if pair[0] != key]
        yield others
        yield [*pairs, *((key, value) for name, value in pairs if name == key), (key, "x")]
        yield from ([*others, (key, text)] for text in islice(texts, each))


@pytest.fixture
def keys_read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Whatever a view asks of its form or its address, so that a new key is tried, too."""
    found: set[str] = set()

    def noting(plain: Callable[..., Any]) -> Callable[..., Any]:
        def read(self: QueryDict, key: str, *rest: Any) -> Any:
            found.add(key)
            return plain(self, key, *rest)

        return read

    monkeypatch.setattr(QueryDict, "__getitem__", noting(QueryDict.__getitem__))
    monkeypatch.setattr(QueryDict, "getlist", noting(QueryDict.getlist))
    return found


@pytest.mark.timeout(900)
@pytest.mark.parametrize("each", [3, pytest.param(len(TEXTS), marks=pytest.mark.soak)])
def test_no_posted_value_is_an_error_of_ours(world: World, keys_read: set[str], each: int) -> None:
    wrong, tried, texts = [], 0, cycle(TEXTS)
    for route in ROUTES:
        asked, client = asked_of(route, world), client_for(world, route)
        path, pairs = address(route, asked.ids), pairs_of(asked)
        keys_read.clear()
        post(client, path, pairs, asked.first)
        keys = {*keys_read, *dict(pairs)} - {"csrfmiddlewaretoken"}
        for body in changed(pairs, keys, texts, each):
            tried += 1
            if post(client, path, body, asked.first) >= 500:
                wrong.append(f"/{route} with {str(body)[-150:]}")
    assert not wrong, "\n".join(wrong)
    assert tried > 100 * each


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_number_in_an_address_is_an_error_of_ours(world: World, method: str) -> None:
    """Those of the API, which a session does not open, are tried with a token in tests/api."""
    wrong = []
    for route in (one for one in TABLE if not one.startswith("api/")):
        asked, client = asked_of(route, world), client_for(world, route)
        for name in parameters(route):
            if not isinstance(asked.ids[name], int):
                continue
            for number in NUMBERS:
                path = address(route, asked.ids | {name: number})
                status = getattr(client, method)(path, asked.body).status_code
                if status not in ((404,) if getattr(TABLE[route], method) else (404, 405)):
                    wrong.append(f"{method} /{route} with {name}={number[:20]}: {status}")
    assert not wrong, "\n".join(wrong)
