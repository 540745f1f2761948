"""`make run` after installing: it serves, stops cleanly, and says what went wrong."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site import servers

SERVE_SECONDS = 120  # far more than it takes; a first start on a busy machine
STOP_SECONDS = 30
# Serves by executing a text, as the making of a dataclass does, and is told to end meanwhile.
EXECUTING = """
import sys
from annotate_site.local import supervisor
supervisor.address = lambda: ("127.0.0.1", 1)
supervisor.serve = lambda *_: exec("import os; os.kill(os.getpid(), 1); [1 for _ in range(9)]")
sys.exit(supervisor.main())
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all tests: later starts find what the first one made."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


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

    def await_serving(self) -> str:
        """What it said up to its address; then all its processes are known."""
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if "Serving at" in line:
                self.family = servers.descendants(self.process.pid)
                return said
        raise AssertionError(said)

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def child(self, words: str) -> int:
        """The number of its own child with these words on its command line."""
        for pid in self.family:
            shown = subprocess.run(
                ["ps", "-ww", "-o", "ppid=,args=", "-p", str(pid)], capture_output=True, text=True
            ).stdout.split(maxsplit=1)
            if shown and int(shown[0]) == self.process.pid and words in shown[1]:
                return pid
        raise AssertionError(f"no child {words}")

    def send(self, number: signal.Signals, pid: int | None = None) -> None:
        """To itself or to one of its processes, all of which are remembered."""
        self.family |= servers.descendants(self.process.pid)
        os.kill(pid or self.process.pid, number)

    def await_end(self) -> str:
        """What else it said."""
        return self.process.communicate(timeout=STOP_SECONDS)[0]

    def remaining(self) -> set[int]:
        return self.family & set(servers.parents())

    def await_nothing_remaining(self) -> None:
        """What a killed server had started ends by itself, a moment after it notices."""
        deadline = time.monotonic() + STOP_SECONDS
        while self.remaining():
            assert time.monotonic() < deadline, self.remaining()
            time.sleep(0.05)


@pytest.fixture
def site(data: Path, port: int) -> Iterator[Site]:
    started = Site(data, port)
    yield started
    if started.process.poll() is None:
        started.process.terminate()
        started.await_end()


@pytest.mark.timeout(SERVE_SECONDS + 2 * STOP_SECONDS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_serves_and_leaves_no_process_behind(site: Site, number: signal.Signals) -> None:
    assert f"http://127.0.0.1:{site.port}/" in site.await_serving()
    assert site.get("/healthz") == 200
    assert site.child("celery -A annotate_site --quiet worker")
    assert site.child("celery -A annotate_site --quiet beat")
    site.send(number)
    said = site.await_end()
    assert site.process.returncode == 0, said
    assert site.remaining() == set()
    assert servers.nothing_runs(site.data)


def test_told_to_stop_while_a_text_is_executed_it_ends_with_0(tmp_path: Path) -> None:
    (tmp_path / "executing.py").write_text(EXECUTING)
    environment = servers.plain_environment(PYTHONPATH=str(tmp_path))
    command = [sys.executable, "-m", "executing"]
    ended = subprocess.run(command, cwd=servers.SITE, env=environment, capture_output=True)
    assert (ended.returncode, ended.stdout) == (0, b"Stopping.\n"), ended.stderr


def test_prints_sign_in_links_that_lead_somewhere(site: Site) -> None:
    site.await_serving()
    assert site.process.stdout is not None
    for line in site.process.stdout:
        if link := next((word for word in line.split() if word.startswith("http://")), None):
            break
    path = link.removeprefix(f"http://127.0.0.1:{site.port}") if link else ""
    assert path.startswith("/")
    assert site.get(path) == 200


def test_end_of_a_child_ends_the_site(site: Site) -> None:
    site.await_serving()
    site.send(signal.SIGKILL, site.child("beat"))
    said = site.await_end()
    assert "beat ended unexpectedly (killed by SIGKILL)." in said
    assert site.process.returncode == 1
    assert site.remaining() == set()


def test_loss_of_an_embedded_server_ends_the_site(site: Site) -> None:
    site.await_serving()
    site.send(signal.SIGKILL, servers.server_pids(site.data)[0])
    said = site.await_end()
    assert "An embedded server has stopped" in said
    assert site.process.returncode == 1
    site.await_nothing_remaining()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells children of it")
def test_killed_supervisor_takes_everything_along(site: Site) -> None:
    site.await_serving()
    site.send(signal.SIGKILL)
    site.await_end()
    deadline = time.monotonic() + STOP_SECONDS
    while site.remaining():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert servers.nothing_runs(site.data)


def test_taken_port_is_refused_before_anything_starts(tmp_path: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        site = Site(tmp_path, port)
        said = site.await_end()
    assert said.startswith(f"Cannot serve at 127.0.0.1, port {port}: Address already in use.")
    assert site.process.returncode == 1
    assert list(tmp_path.iterdir()) == []
