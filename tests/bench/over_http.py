"""An annotator's browser, as lean as it can be: one kept-alive connection, htmx's headers."""

import gzip
import http.client
import re
from typing import Protocol
from urllib.parse import urlencode
from uuid import uuid4

from annotate_site.projects.models import User
from queues.models import Queue
from tests.factories import make_session

from .crowd import Sit
from .ground import HOST
from .scene import ANSWERS, Post

HIDDEN = re.compile(rb'<input type="hidden" name="(token|round|version)" value="([^"]*)"')
FORM_OF_ITEM = re.compile(rb'<form[^>]* id="ws-form".*?</form>', re.DOTALL)
ITEM = re.compile(rb'data-item="([^"]+)"')
CSRF = "c" * 32  # cookie and header agree, which is what is asked
FORM = "application/x-www-form-urlencoded"


class Browser(Protocol):
    """Asks the site as one signed-in person; answers are the body unpacked, and its bytes sent."""

    def get(self, path: str) -> tuple[bytes, int]: ...

    def post(self, path: str, form: list[tuple[str, str]]) -> tuple[bytes, int]: ...


class KeptAlive:
    """A browser at the real web server."""

    def __init__(self, port: int, user: User) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=30)
        cookies = f"sessionid={make_session(user)}; csrftoken={CSRF}"
        self.headers = {"Cookie": cookies, "Accept-Encoding": "gzip"}

    def get(self, path: str) -> tuple[bytes, int]:
        return self._ask("GET", path, None, self.headers)

    def post(self, path: str, form: list[tuple[str, str]]) -> tuple[bytes, int]:
        more = {"HX-Request": "true", "X-CSRFToken": CSRF, "Content-Type": FORM}
        return self._ask("POST", path, urlencode(form).encode(), self.headers | more)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[bytes, int]:
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        data = response.read()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{method} {path} answered {response.status}: {data[:200]!r}")
        packed = response.headers.get("Content-Encoding") == "gzip"
        return gzip.decompress(data) if packed else data, len(data)


class Annotator:
    """Starts in a queue's workspace; each cycle submits the item in hand and is shown the next."""

    def __init__(self, browser: Browser, queue: Queue) -> None:
        self.browser = browser
        self.root = f"/p/{queue.project.slug}/annotate/queues/{queue.pk}"
        kinds = {str(one.field_id): one.field.kind for one in queue.queue_fields.all()}
        self.answers = [(f"f-{pk}", ANSWERS[kind]) for pk, kind in kinds.items()]
        self._read(browser.post(f"{self.root}/workspace/", []))

    def cycle(self) -> bool:
        """Submits; False if no item came back."""
        if not self.item:
            return False
        form = [*self.hidden, ("submission_id", str(uuid4())), *self.answers]
        self._read(self.browser.post(f"{self.root}/items/{self.item}/submit/", form))
        return self.item != ""

    def _read(self, answer: tuple[bytes, int]) -> None:
        page, self.sent = answer
        found = FORM_OF_ITEM.search(page)
        form = found[0] if found else b""  # an offer to undo is a form with a token, too
        item = ITEM.search(form)
        self.item = item[1].decode() if item else ""
        self.hidden = [(name.decode(), value.decode()) for name, value in HIDDEN.findall(form)]


def sit(port: int, post: Post) -> Sit:
    """For `crowd.work`: the annotators of a post."""
    return lambda number: Annotator(KeptAlive(port, post.people[number]), post.queue).cycle
