"""A site on loopback, run from `.venv`, as a program of others meets it."""

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, build_opener

from ..ports import free_port
from .person import Answer, Fields, Person, ask

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
PROJECT = "outside"
MANAGER = "nadia@example.org"  # of the demo, which every start loads
SCOPES = ("read", "write", "annotate", "ingest")
SECONDS_TO_START = 600  # a first start, on a machine that does much else
OURS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "HOST"}


class Site:
    """`url`: without a slash at its end. `project`: a slug; nothing is in it at first. `token`: of
    its manager, with every scope.
    """

    def __init__(self, data: Path) -> None:
        port = free_port()
        self.url, self.project, self.token = f"http://127.0.0.1:{port}", PROJECT, ""
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        self._environment = kept | {"ANNOTATE_VAR": str(data / "var"), "PORT": str(port)}
        command = [str(PYTHON), "-m", "annotate_site.local.supervisor"]
        self._log = (data / "site.log").open("w+")
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stdout=self._log, stderr=self._log
        )
        self._manager = Person(self.url, PROJECT)

    def start(self) -> None:
        """Returns once project and token are there and its manager is signed in."""
        self._await_serving()
        self.manage("create_project", PROJECT, "Sent from outside", "--manager", MANAGER)
        scopes = [word for scope in SCOPES for word in ("--scope", scope)]
        self.token = self.manage("create_token", PROJECT, "--by", MANAGER, *scopes).split()[-1]
        self._manager.follow(self._link_of("Nadia"))

    def sign_in(self, name: str) -> Person:
        """Somebody else of the demo, who is not of the project yet."""
        person = Person(self.url, PROJECT)
        person.follow(self._link_of(name))
        return person

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
        return ask(build_opener(), Request(url, data, headers, method=method))

    def page(self, path: str) -> Answer:
        """A page as the project's manager reads it; `path` behind `/p/<project>/`."""
        return self._manager.page(path)

    def send_form(self, path: str, fields: Fields, *, shown_at: str = "") -> Answer:
        """As the project's manager; see Person."""
        return self._manager.send_form(path, fields, shown_at=shown_at)

    def _link_of(self, name: str) -> str:
        link = re.search(rf"{name} .*\n\s+(http\S+)", self.manage("signin_links"))
        assert link
        return link[1]

    def _await_serving(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while "Serving at" not in self._said():
            assert self._process.poll() is None, self._said()
            assert time.monotonic() < deadline, self._said()
            time.sleep(0.1)

    def _said(self) -> str:
        return Path(self._log.name).read_text()
