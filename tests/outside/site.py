"""A site on loopback, run from `.venv`, as a program of others meets it."""

import json
import os
import re
import socket
import subprocess
import time
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
PROJECT = "outside"
MANAGER = "nadia@example.org"  # of the demo, which every start loads
SCOPES = ("read", "write", "annotate", "ingest")
SECONDS_TO_START = 600  # a first start, on a machine that does much else
OURS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "HOST"}
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


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


class Site:
    """`url`: without a slash at its end. `project`: a slug; nothing is in it at first. `token`: of
    its manager, with every scope.
    """

    def __init__(self, data: Path) -> None:
        port = _free_port()
        self.url, self.project, self.token = f"http://127.0.0.1:{port}", PROJECT, ""
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        self._environment = kept | {"ANNOTATE_VAR": str(data / "var"), "PORT": str(port)}
        command = [str(PYTHON), "-m", "annotate_site.local.supervisor"]
        self._log = (data / "site.log").open("w+")
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stdout=self._log, stderr=self._log
        )
        self._signed_in = build_opener(HTTPCookieProcessor(CookieJar()))

    def start(self) -> None:
        """Returns once project and token are there and its manager is signed in."""
        self._await_serving()
        self.manage("create_project", PROJECT, "Sent from outside", "--manager", MANAGER)
        scopes = [word for scope in SCOPES for word in ("--scope", scope)]
        self.token = self.manage("create_token", PROJECT, "--by", MANAGER, *scopes).split()[-1]
        link = re.search(r"http\S+", self.manage("signin_links"))
        assert link
        page = self._open(Request(link[0]))  # a link acts by a button
        if page.url == link[0]:
            self.send_form(link[0].removeprefix(self.url), {})

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(60)
        self._log.close()

    def manage(self, *words: str) -> str:
        """What `manage.py` says to these words."""
        command = [str(PYTHON), "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def api(self, method: str, path: str, body: Any = None) -> Answer:
        """`path` behind `/api/v1/projects/<project>/`; the body is sent as JSON."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.url}/api/v1/projects/{self.project}/{path}"
        return _ask(build_opener(), Request(url, data, headers, method=method))

    def page(self, path: str) -> Answer:
        """A page as the project's manager reads it; `path` behind `/p/<project>/`."""
        return self._open(Request(self._address(path)))

    def send_form(self, path: str, fields: dict[str, Any], *, shown_at: str = "") -> Answer:
        """What a press of its button does. `shown_at`: the page that has the form, if another."""
        token = CSRF.search(self.page(shown_at or path).text)
        assert token, f"no form at {shown_at or path}"
        data = urlencode({"csrfmiddlewaretoken": token[1], **fields}, doseq=True).encode()
        headers = {"Referer": self._address(shown_at or path)}
        return self._open(Request(self._address(path), data, headers))

    def _address(self, path: str) -> str:
        return self.url + (path if path.startswith("/") else f"/p/{self.project}/{path}")

    def _open(self, request: Request) -> Answer:
        return _ask(self._signed_in, request)

    def _await_serving(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while "Serving at" not in self._said():
            assert self._process.poll() is None, self._said()
            assert time.monotonic() < deadline, self._said()
            time.sleep(0.1)

    def _said(self) -> str:
        return Path(self._log.name).read_text()


def _ask(opener: Any, request: Request) -> Answer:
    try:
        with opener.open(request, timeout=60) as answer:
            return Answer(answer.status, answer.read(), answer.url)
    except HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.read(), refused.url)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number
