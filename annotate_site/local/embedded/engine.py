"""What both embedded servers have in common: their folders, their locks, their socket."""

import hashlib
import importlib.util
import os
import signal
import socket
import stat
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from annotate_site.local.embedded.accounts import Account
from annotate_site.local.embedded.locks import FileLock

# Not in var/: the path of a unix socket may have about 100 bytes only. Not $TMPDIR: every
# process must find the same folder.
SOCKETS = Path("/tmp")  # noqa: S108 (the folder below it is made 0700 and its owner checked)
LOG_LINES = 12  # of the server's log, shown when it does not start


class EmbeddedError(RuntimeError):
    """An embedded server cannot be had; the message is for the person at the keyboard."""


class NotReady(Exception):
    """The server does not answer yet."""


class Engine(ABC):
    """One embedded server, with its data in `var/<name>`."""

    name: ClassVar[str]
    variable: ClassVar[str]  # of the environment, for the server's address
    socket_name: ClassVar[str]
    essential: ClassVar[bool] = False  # without it there is no site
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, var: Path) -> None:
        self.var = var
        self.data = var / self.name
        self.log = var / "log" / f"{self.name}.log"
        key = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        self.sockets = SOCKETS / f"annotate-{key}"
        self.account: Account | None = None  # who runs the server, if not we

    def make_folders(self) -> None:
        for folder in (self.var, self.var / "log", self.var / "run"):
            folder.mkdir(parents=True, exist_ok=True)

    def lock(self, what: str) -> FileLock:
        """`users`: shared by its users; `keeper`: held by its keeper; `server`: by itself."""
        return FileLock(self.var / "run" / f"{self.name}.{what}")

    def listening(self) -> bool:
        """Whether somebody accepts connections on the socket."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.sockets / self.socket_name))
            except OSError:
                return False
        return True

    def make_sockets_folder(self) -> None:
        """An empty folder for the socket that only the server's account may enter.

        Call it only while holding the server lock: what lies there is then a dead server's.
        """
        owner = self.account.uid if self.account else os.geteuid()
        try:
            self.sockets.mkdir(mode=0o700)
            if self.account:
                self.account.give(self.sockets)
        except FileExistsError:
            found = self.sockets.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o77:
                raise EmbeddedError(
                    f"{self.sockets} belongs to somebody else or is open to others: remove it."
                ) from None
            for leftover in self.sockets.iterdir():
                leftover.unlink()

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-LOG_LINES:])

    @property
    @abstractmethod
    def url(self) -> str:
        """The server's address, as Django and redis-py understand it."""

    @abstractmethod
    def prepare(self) -> None:
        """Make the data folder; settle who runs the server."""

    @abstractmethod
    def start(self, lock: FileLock) -> "subprocess.Popen[bytes]":
        """Start the server, which inherits the lock and so holds it for as long as it lives."""

    @abstractmethod
    def check(self) -> None:
        """Return once the server is fit for use; raise NotReady before."""


def package_folder(package: str) -> Path:
    """Where a package lies. It is not imported: we want its binaries, not its side effects."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"The package {package} is not installed: run `make run` once.")
    return Path(spec.origin).parent
