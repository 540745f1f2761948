"""`make run` after installing: it serves, stops cleanly, and says what went wrong."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.site import servers
from tests.site.running import SERVE_SECONDS, STOP_SECONDS, Site, wait_for

pytestmark = pytest.mark.xdist_group("supervisor")

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
    return free_port()


@pytest.fixture
def site(data: Path, port: int) -> Iterator[Site]:
    started = Site(data, port)
    yield started
    started.end()


@pytest.mark.timeout(SERVE_SECONDS + 2 * STOP_SECONDS)
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGINT, marks=pytest.mark.soak),
        pytest.param(signal.SIGHUP, marks=pytest.mark.soak),
    ],
)
def test_serves_and_leaves_no_process_behind(site: Site, number: signal.Signals) -> None:
    assert f"http://127.0.0.1:{site.port}/" in site.await_serving()
    assert site.get("/healthz") == 200
    assert site.child("web 1")
    assert site.child("web 2")
    assert site.child("worker")
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


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells children of it")
def test_killed_supervisor_takes_everything_along(site: Site) -> None:
    site.await_serving()
    site.send(signal.SIGKILL)
    site.await_end()
    wait_for(lambda: not site.remaining())
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
