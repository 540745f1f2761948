"""`make run` brings back whatever of it is killed, and people go on meanwhile."""

import signal
from collections.abc import Iterator

import pytest

from tests.ports import free_port
from tests.site import servers
from tests.site.running import SERVE_SECONDS, Site, wait_for

pytestmark = [pytest.mark.timeout(2 * SERVE_SECONDS), pytest.mark.xdist_group("restarts")]
PAGE = "/accounts/login/"  # asks the database


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site, which each test leaves serving."""
    started = Site(tmp_path_factory.mktemp("site"), free_port())
    started.await_serving()
    yield started
    started.end()


def test_a_killed_web_process_comes_back_and_the_other_serves_meanwhile(site: Site) -> None:
    old = site.kill("web 1")
    assert site.get(PAGE) == 200
    assert "web 1  | " not in site.await_said("web 1 ended (killed by SIGKILL). Starting it again.")
    assert wait_for(lambda: site.child("web 1")) != old
    assert site.get(PAGE) == 200


def test_the_killed_worker_comes_back_with_beat(site: Site) -> None:
    wait_for(site.worker_answers)
    old = site.kill("worker")
    assert site.get(PAGE) == 200
    site.await_said("worker ended (killed by SIGKILL). Starting it again")
    assert wait_for(lambda: site.child("worker")) != old
    wait_for(site.worker_answers)


def test_the_killed_valkey_comes_back_and_the_worker_finds_it(site: Site) -> None:
    site.send(signal.SIGKILL, servers.server_pids(site.data)[1])
    assert site.get(PAGE) == 200
    site.await_said("valkey ended. Starting it again")
    site.await_said("valkey is back.")
    wait_for(site.worker_answers)


def test_the_killed_postgresql_comes_back(site: Site) -> None:
    site.send(signal.SIGKILL, servers.server_pids(site.data)[0])
    site.await_said("postgres ended. Starting it again")
    site.await_said("postgres is back.")
    assert site.get(PAGE) == 200


def test_the_site_ends_with_a_sentence_if_postgresql_cannot_be_brought_back(site: Site) -> None:
    (site.data / "var" / "postgres" / "PG_VERSION").write_text("16")
    site.send(signal.SIGKILL, servers.server_pids(site.data)[0])
    said = site.await_end()
    assert said.count("was written by PostgreSQL 16, but 18 is installed") == 3, said
    assert site.process.returncode == 1
    wait_for(lambda: not site.remaining())
