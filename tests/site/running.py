"""A running `make run`, as processes that can be counted and killed."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import redis
from celery import Celery

from tests.site import servers

T = TypeVar("T")
SERVE_SECONDS = 120  # far more than it takes; a first start on a busy machine
STOP_SECONDS = 30


class Site:
    """A running supervisor."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        environment = servers.plain_environment(ANNOTATE_VAR=str(data / "var"), PORT=str(port))
        environment.pop("HOST", None)
        environment.pop("SECRET_KEY", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "annotate_site.local.supervisor"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=servers.SITE,
            env=environment,
        )
        self.family: set[int] = set()

    def await_said(self, words: str) -> str:
        """What it said up to the line with these words; then all its processes are known."""
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if words in line:
                self.family |= servers.descendants(self.process.pid)
                return said
        raise AssertionError(said)

    def await_serving(self) -> str:
        return self.await_said("Serving at")

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def child(self, name: str) -> int | None:
        """The number of its process of this name; None while there is none."""
        for pid in servers.descendants(self.process.pid):
            if name_of(pid) == name:
                return pid
        return None

    def send(self, number: signal.Signals, pid: int | None = None) -> None:
        """To itself or to one of its processes, all of which are remembered."""
        self.family |= servers.descendants(self.process.pid)
        os.kill(pid or self.process.pid, number)

    def worker_answers(self) -> bool:
        valkey = servers.engines(self.data)[1].url
        address = valkey.replace("unix://", "redis+socket://")
        app = Celery(broker=address, set_as_current=False)
        try:
            with app.connection_for_write() as connection:
                return bool(app.control.ping(timeout=1, connection=connection))
        except redis.ConnectionError:
            return False
        finally:
            app.close()

    def kill(self, name: str) -> int:
        """Its process of this name, which must be there; returns its number."""
        pid = self.child(name)
        assert pid
        self.send(signal.SIGKILL, pid)
        return pid

    def await_end(self) -> str:
        """What else it said."""
        return self.process.communicate(timeout=STOP_SECONDS)[0]

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.await_end()

    def remaining(self) -> set[int]:
        return self.family & set(servers.parents())


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:  # it has just ended
        return ""


def wait_for(found: Callable[[], T]) -> T:
    """The first true answer."""
    deadline = time.monotonic() + SERVE_SECONDS
    while not (answer := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return answer
