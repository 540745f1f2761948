"""PgBouncer in transaction mode between the site and its PostgreSQL, from Debian's package."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from .site import RECOVER_SECONDS, Site

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
SETTINGS = """
[databases]
annotate = host={server} dbname=annotate user=annotate
[pgbouncer]
pool_mode = transaction
default_pool_size = 2
auth_type = trust
auth_file = {folder}/users
listen_addr =
listen_port = 6432
unix_socket_dir = {folder}
logfile = {folder}/log
"""


@dataclass(frozen=True)
class Pooler:
    """`environment`: of a process of the site that reaches its database through the pooler."""

    url: str
    environment: dict[str, str]

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self.url, autocommit=True, prepare_threshold=None)


def demand_pgbouncer() -> str:
    if PROGRAM is None:
        if os.environ.get("REQUIRE_PGBOUNCER") == "1":
            pytest.fail("pgbouncer is not installed")
        pytest.skip("pgbouncer is not installed; on Debian and Ubuntu: apt install pgbouncer")
    return PROGRAM


@contextmanager
def pooled(site: Site) -> Iterator[Pooler]:
    """Two sessions of the database for everybody. It runs as who runs PostgreSQL: never as root."""
    program = demand_pgbouncer()
    server = str(conninfo_to_dict(site.composed.database_url)["host"])
    folder = Path(tempfile.mkdtemp(prefix="annotate-pooler-"))
    (folder / "users").write_text('"annotate" ""\n')
    (folder / "ini").write_text(SETTINGS.format(server=server, folder=folder))
    url = f"postgresql://annotate@{str(folder).replace('/', '%2F')}:6432/annotate"
    (folder / "url").write_text(url)
    owner = os.stat(server)
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.st_uid, owner.st_gid)
    user, group = (owner.st_uid, owner.st_gid) if os.geteuid() == 0 else (None, None)
    process = subprocess.Popen([program, "-q", str(folder / "ini")], user=user, group=group)
    found = Pooler(
        url, {"DATABASE_URL_FILE": str(folder / "url"), "DATABASE_POOLER": "transaction"}
    )
    try:
        _await_answer(found, folder)
        yield found
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _await_answer(pooler: Pooler, folder: Path) -> None:
    deadline = time.monotonic() + RECOVER_SECONDS
    while True:
        try:
            pooler.connect().close()
            return
        except psycopg.OperationalError:
            log = folder / "log"
            assert time.monotonic() < deadline, log.read_text() if log.exists() else "no log"
            time.sleep(0.05)
