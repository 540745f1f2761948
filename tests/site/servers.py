"""Processes that use embedded servers of their own, in a temporary folder."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from annotate_site.local.embedded.engine import Engine
from annotate_site.local.embedded.locks import FileLock
from annotate_site.local.embedded.use import ENGINES

SITE = Path(__file__).resolve().parent.parent.parent
WAIT_SECONDS = 30
# Stays until its input ends.
PROGRAM = """
import os, sys
from pathlib import Path
from annotate_site.local.embedded import provide
provide(Path(sys.argv[1]))
print(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], flush=True)
sys.stdin.read()
"""


def plain_environment(**more: str) -> dict[str, str]:
    """Ours, without what tells where servers are."""
    ours = {"DATABASE_URL", "REDIS_URL", "ANNOTATE_VAR"}
    return {name: value for name, value in os.environ.items() if name not in ours} | more


class User:
    """A process that was provided with the servers of a folder."""

    def __init__(self, root: Path, *, prefix: tuple[str, ...] = ()) -> None:
        self.root = root
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-c", PROGRAM, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=SITE,
            env=plain_environment(),
        )

    def await_servers(self) -> None:
        assert self.process.stdout is not None
        words = self.process.stdout.readline().split()
        if not words:
            raise AssertionError(self.process.communicate()[1])
        self.database_url, self.redis_url = words

    def ask(self, query: str) -> object:
        """The first column of the first row."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]

    def end(self) -> None:
        """Let it end in its own way, which includes stopping what nobody else uses."""
        self.process.communicate("", timeout=WAIT_SECONDS)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def using(root: Path, *, prefix: tuple[str, ...] = ()) -> Iterator[User]:
    """A user from the moment its servers are ready, to the end of the block."""
    user = User(root, prefix=prefix)
    try:
        user.await_servers()
        yield user
    finally:
        user.end()


def engines(root: Path) -> list[Engine]:
    return [kind((root / "var").resolve()) for kind in ENGINES]


def is_free(lock: FileLock) -> bool:
    """Whether no process holds the lock: for a server or a keeper, whether none is alive."""
    try:
        return lock.take()
    finally:
        lock.close()


def nothing_runs(root: Path) -> bool:
    locks = [engine.lock(what) for engine in engines(root) for what in ("keeper", "server")]
    held = [lock for lock in locks if not is_free(lock)]  # asks each, which closes each
    return not held


def await_nothing_runs(root: Path) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not nothing_runs(root):
        assert time.monotonic() < deadline, "something still runs"
        time.sleep(0.1)


def server_pids(root: Path) -> list[int]:
    pids = []
    for engine in engines(root):
        lock = engine.lock("server")
        pids.append(int(lock.read()))
        lock.close()
    return pids


def parents() -> dict[int, int]:
    """Every process of the machine, with its parent."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = (line.split() for line in listed.stdout.splitlines())
    return {int(pid): int(parent) for pid, parent in pairs}


def descendants(pid: int) -> set[int]:
    """The children of a process, their children, and so on."""
    tree, found = parents(), {pid}
    while more := {child for child, parent in tree.items() if parent in found} - found:
        found |= more
    return found - {pid}
