"""The embedded servers: shared while anybody uses them, gone afterwards, never in the way."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

import manage
from annotate_site.local.embedded import provide
from annotate_site.local.environment import var_folder
from tests.site import servers
from tests.site.servers import User, plain_environment, using

pytestmark = pytest.mark.xdist_group("embedded")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for most tests, each of which leaves nothing running: a new database is slow."""
    return tmp_path_factory.mktemp("root")


def test_both_servers_answer_at_the_addresses_given(root: Path) -> None:
    with using(root) as user:
        assert user.ask("select current_database()") == "annotate"
        client = redis.Redis.from_url(user.redis_url)
        assert client.ping()
        client.close()


def test_database_is_set_up_as_in_production(root: Path) -> None:
    with using(root) as user:
        assert user.ask("select current_setting('is_superuser')") == "off"
        assert user.ask("select rolcreatedb from pg_roles where rolname = current_user") is True
        assert user.ask("show synchronous_commit") == "on"
        assert user.ask("show fsync") == "on"
        assert user.ask("show server_encoding") == "UTF8"
        assert int(str(user.ask("show max_connections"))) >= 100


def test_nothing_runs_after_the_only_user_ends(root: Path) -> None:
    with using(root):
        assert not servers.nothing_runs(root)
    assert servers.nothing_runs(root)
    assert not any(engine.sockets.exists() for engine in servers.engines(root))


def test_second_process_shares_the_servers_and_keeps_them(root: Path) -> None:
    with using(root) as second:
        first = User(root)
        first.await_servers()
        pids = servers.server_pids(root)
        assert (first.database_url, first.redis_url) == (second.database_url, second.redis_url)
        first.end()
        assert second.ask("select 1") == 1
        assert servers.server_pids(root) == pids
    assert servers.nothing_runs(root)


def test_processes_starting_at_once_agree_on_one_server(root: Path) -> None:
    users = [User(root) for _ in range(3)]
    for user in users:
        user.await_servers()
    assert len({user.ask("select pg_postmaster_start_time()") for user in users}) == 1
    for user in users:
        user.end()
    assert servers.nothing_runs(root)


def test_data_is_there_after_a_restart(root: Path) -> None:
    with using(root) as user:
        user.ask("select lo_from_bytea(4711, 'kept')")
    with using(root) as user:
        assert user.ask("select convert_from(lo_get(4711), 'UTF8')") == "kept"


def test_servers_stop_when_their_only_user_is_killed(root: Path) -> None:
    user = User(root)
    user.await_servers()
    user.kill()
    servers.await_nothing_runs(root)


def test_start_after_everything_was_killed(root: Path) -> None:
    user = User(root)
    user.await_servers()
    pids = servers.server_pids(root)
    tree = servers.parents()
    for pid in [*(tree[pid] for pid in pids), *pids]:
        os.kill(pid, signal.SIGKILL)
    user.kill()
    servers.await_nothing_runs(root)
    # After a restart of the machine the number in the stale file may be another process's.
    stale = root / "var" / "postgres" / "postmaster.pid"
    owner = stale.stat().st_uid
    other = subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None)
    stale.write_text(stale.read_text().replace(str(pids[0]), str(other.pid), 1))
    try:
        with using(root) as again:
            assert again.ask("select 1") == 1
    finally:
        other.kill()
        other.wait()
    assert servers.nothing_runs(root)


def test_start_after_the_keepers_were_killed(root: Path) -> None:
    user = User(root)
    user.await_servers()
    pids = servers.server_pids(root)
    tree = servers.parents()
    for pid in pids:
        os.kill(tree[pid], signal.SIGKILL)
    user.kill()
    with using(root) as again:
        assert again.ask("select 1") == 1
        assert not set(servers.server_pids(root)) & set(pids)
    assert servers.nothing_runs(root)


def test_start_after_the_first_one_was_cut_short(tmp_path: Path) -> None:
    unfinished = tmp_path / "var" / "postgres.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with using(tmp_path) as user:
        assert user.ask("select 1") == 1


def test_path_longer_than_a_socket_may_have(tmp_path: Path) -> None:
    root = tmp_path / ("a long name, " * 10) / ("and another " * 10)
    root.mkdir(parents=True)
    with using(root) as user:
        assert user.ask("select 1") == 1


def test_socket_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    folder = servers.engines(tmp_path)[0].sockets
    folder.mkdir()
    folder.chmod(0o777)
    try:
        with pytest.raises(AssertionError, match=f"{folder} belongs to somebody else or is open"):
            User(tmp_path).await_servers()
    finally:
        folder.rmdir()
    servers.await_nothing_runs(tmp_path)


def test_data_of_another_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    data = tmp_path / "var" / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    with pytest.raises(AssertionError, match="was written by PostgreSQL 16, but 18 is installed"):
        User(tmp_path).await_servers()


@pytest.mark.parametrize("suffix", ["", "_FILE"])
def test_named_servers_are_left_alone(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv(f"{variable}{suffix}", "named")
    monkeypatch.delenv("ANNOTATE_VAR", raising=False)
    provide(tmp_path)
    assert os.environ[f"DATABASE_URL{suffix}"] == os.environ[f"REDIS_URL{suffix}"] == "named"
    assert list(tmp_path.iterdir()) == []


def test_an_empty_name_of_the_folder_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNOTATE_VAR", "")
    assert var_folder(tmp_path) == tmp_path.resolve() / "var"


def test_a_command_on_an_empty_database_says_what_makes_its_tables(root: Path) -> None:
    command = [sys.executable, "manage.py", "check_invariants"]
    with using(root) as user:
        servers_of = {"DATABASE_URL": user.database_url, "REDIS_URL": user.redis_url}
        local = plain_environment(**servers_of, ANNOTATE_ENV="local", ANNOTATE_VAR=str(root))
        ended = subprocess.run(command, cwd=servers.SITE, env=local, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (1, f"{manage.NO_TABLES}\n")


def test_new_user_waits_while_the_servers_stop(root: Path) -> None:
    with using(root):
        old = servers.server_pids(root)
    users = []
    for _ in range(3):  # each comes while the one before is on its way out
        user = User(root)
        user.await_servers()
        users.append(user)
        assert user.process.stdin is not None
        user.process.stdin.close()
        time.sleep(0.05)
    for user in users:
        user.process.wait(servers.WAIT_SECONDS)
        for pipe in (user.process.stdout, user.process.stderr):
            assert pipe is not None
            pipe.close()
        assert user.process.returncode == 0
    assert servers.nothing_runs(root)
    assert servers.server_pids(root) != old
