"""PostgreSQL refuses to run as root: who runs it then, and how that account reaches its files."""

import os
import pwd
import stat
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path

NAME = "annotate-db"
TRIES = 5  # useradd refuses while another one runs


class NoAccount(Exception):
    """The account could not be made."""


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int
    groups: tuple[int, ...] = ()

    def give(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def account_for(data: Path) -> Account | None:
    """None for an ordinary user. For root: the owner of the data, else an account made for it."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (uid := data.stat().st_uid) != 0:
        return Account(uid, data.stat().st_gid)
    for _ in range(TRIES):
        try:
            entry = pwd.getpwnam(NAME)
        except KeyError:
            _add_user()
        else:
            return Account(entry.pw_uid, entry.pw_gid)
    raise NoAccount


def _add_user() -> None:
    command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        done = subprocess.run([*command, "--shell", "/usr/sbin/nologin", NAME], capture_output=True)
    except FileNotFoundError:
        raise NoAccount from None
    if done.returncode:
        time.sleep(0.5)


def open_way(account: Account, target: Path) -> tuple[Account, list[Path]]:
    """Let the account enter every folder above the target.

    A folder closed to others is opened for its own group only, and the server runs in that group:
    nobody else gains anything by it. Returns the account with these groups, and what was changed.
    """
    groups, changed = set(account.groups), []
    for folder in reversed(target.resolve().parents):
        found = folder.stat()
        if found.st_uid == account.uid or found.st_mode & stat.S_IXOTH:
            continue
        groups.add(found.st_gid)
        if not found.st_mode & stat.S_IXGRP:
            folder.chmod(found.st_mode | stat.S_IXGRP)
            changed.append(folder)
    return replace(account, groups=tuple(sorted(groups))), changed


def open_tree(folder: Path) -> None:
    """Let everybody read an installed package, as is usual; a strict umask forbids it."""
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        wanted = mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)
