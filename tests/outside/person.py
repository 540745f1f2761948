"""Somebody who is signed in to the site, with a browser's cookies."""

import json
import re
from http.cookiejar import CookieJar
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


Fields = dict[str, Any] | list[tuple[str, str]]


class Answer(NamedTuple):
    """`url`: where redirects led."""

    status: int
    body: bytes
    url: str

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Person:
    """Paths are behind `/p/<project>/`, unless they begin with a slash."""

    def __init__(self, url: str, project: str) -> None:
        self._url, self._project = url, project
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def follow(self, link: str) -> None:
        """Opens a link that acts by a button, and presses that."""
        page = self.page(link.removeprefix(self._url))
        self.send_form(page.url.removeprefix(self._url), {})

    def page(self, path: str) -> Answer:
        return ask(self._opener, Request(self._address(path)))

    def send_form(self, path: str, fields: Fields, *, shown_at: str = "") -> Answer:
        """What a press of its button does. `shown_at`: the page that has the form, if another."""
        token = CSRF.search(self.page(shown_at or path).text)
        assert token, f"no form at {shown_at or path}"
        data = urlencode([("csrfmiddlewaretoken", token[1]), *_pairs(fields)], doseq=True).encode()
        headers = {"Referer": self._address(shown_at or path)}
        return ask(self._opener, Request(self._address(path), data, headers))

    def _address(self, path: str) -> str:
        return self._url + (path if path.startswith("/") else f"/p/{self._project}/{path}")


def _pairs(fields: Fields) -> list[tuple[str, Any]]:
    return list(fields.items()) if isinstance(fields, dict) else fields


def ask(opener: Any, request: Request) -> Answer:
    try:
        with opener.open(request, timeout=60) as answer:
            return Answer(answer.status, answer.read(), answer.url)
    except HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.read(), refused.url)
