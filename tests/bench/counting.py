"""What one request costs in statements, and what the workspace weighs on the wire."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urljoin

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_session

from .ground import HOST
from .over_http import FORM, Annotator, KeptAlive
from .scene import Post

NOT_COUNTED = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)", re.IGNORECASE)
# Addresses of assets in a page, a stylesheet or a module.
IN_PAGE = re.compile(rb'(?:<link[^>]+href|<script[^>]+src)="(/static/[^"]+)"')
IN_ASSET = re.compile(rb"""(?:url\(["']?|from\s*["']|import\s*["'])([^"')]+\.\w+)["')]""")


class InProcess:
    """A browser without a wire: the request runs here, so that its statements can be counted."""

    def __init__(self, post: Post) -> None:
        self.client = Client(headers={"Host": HOST})
        self.client.cookies["sessionid"] = make_session(post.people[0])

    def get(self, path: str) -> tuple[bytes, int]:
        return self._body(self.client.get(path))

    def post(self, path: str, form: list[tuple[str, str]]) -> tuple[bytes, int]:
        headers = {"HX-Request": "true"}
        return self._body(self.client.post(path, urlencode(form), FORM, headers=headers))

    def _body(self, response: Any) -> tuple[bytes, int]:
        if response.status_code != 200:
            raise RuntimeError(f"answered {response.status_code}: {response.content[:200]!r}")
        return response.content, len(response.content)


def statements(post: Post) -> tuple[int, int]:
    """Of a workspace GET, and of a submit that brings the next item."""
    browser = InProcess(post)
    annotator = Annotator(browser, post.queue)
    annotator.cycle()  # what is only asked once in a process is not of the request
    return (
        _count(lambda: browser.get(f"{annotator.root}/workspace/")),
        _count(annotator.cycle),
    )


def _count(request: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        request()
    return sum(not NOT_COUNTED.match(query["sql"]) for query in captured.captured_queries)


def weights(port: int, post: Post) -> tuple[int, int, int]:
    """Compressed bytes: of the workspace page with its assets, and of a next item; and requests."""
    annotator = Annotator(KeptAlive(port, post.people[0]), post.queue)
    page, first = annotator.browser.get(f"{annotator.root}/workspace/")
    waiting, seen = [found.decode() for found in IN_PAGE.findall(page)], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        asset, size = annotator.browser.get(path)
        first += size
        if path.endswith((".css", ".js")):
            named = [found.decode() for found in IN_ASSET.findall(asset)]
            waiting += [urljoin(path, one) for one in named if not one.startswith("data:")]
    annotator.cycle()
    return first, annotator.sent, 1 + len(seen)
