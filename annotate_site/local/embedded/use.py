"""How a process comes to use the embedded servers, and lets go of them."""

import atexit
import os
import subprocess
import sys
import time
from pathlib import Path

from annotate_site.children import Pauses
from annotate_site.local.embedded.engine import EmbeddedError, Engine
from annotate_site.local.embedded.locks import PAUSE
from annotate_site.local.embedded.postgres import Postgres
from annotate_site.local.embedded.valkey import Valkey
from annotate_site.local.environment import is_set, var_folder

ENGINES: tuple[type[Engine], ...] = (Postgres, Valkey)
KEEPER = (sys.executable, "-m", "annotate_site.local.embedded.keeper")
READY = "ready"  # the keeper's word in its lock once the server is fit for use
MOST_FAILURES = 3  # starts of a server without which there is no site
WAIT_SECONDS = 90  # longer than a keeper takes to start or to stop, whatever happens

_uses: list["_Use"] = []


def provide(root: Path) -> None:
    """Start or join the embedded servers in place of those the environment does not name.

    Sets DATABASE_URL and REDIS_URL where neither they nor *_FILE are set. The data is in
    `root/var`, or in ANNOTATE_VAR. Raises EmbeddedError with a sentence.
    """
    missing = [kind for kind in ENGINES if not is_set(kind.variable)]
    if not missing:
        return
    var = var_folder(root)
    try:
        new = [_Use(kind(var)) for kind in missing]
        for use in new:  # all begin before any is waited for
            use.begin()
        for use in new:
            use.await_ready()
            os.environ[use.engine.variable] = use.engine.url
    except PermissionError as error:
        raise EmbeddedError(
            f"This user may not use {error.filename}: run as the owner of {var}, "
            f"or set ANNOTATE_VAR to a folder of your own."
        ) from error


def release() -> None:
    """Stop using the servers; return when those that nobody else uses have stopped."""
    mine = [use for use in _uses if use.process_id == os.getpid()]
    _uses.clear()
    for use in mine:
        os.environ.pop(use.engine.variable, None)
        use.users.close()
    for use in mine:
        use.await_end()


def restore() -> None:
    """Start again those servers that have ended, at once or after a pause.

    Raises EmbeddedError when PostgreSQL cannot be brought back.
    """
    for use in _uses:
        use.restore()


class _Use:
    """This process's use of one embedded server."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.process_id = os.getpid()
        self.keeper: subprocess.Popen[str] | None = None
        self.pauses = Pauses()
        self.failures = 0  # starts in a row that came to nothing
        self.ended = False
        engine.make_folders()
        self.users = engine.lock("users")
        if not _uses:
            atexit.register(release)
        _uses.append(self)

    def begin(self) -> None:
        """Count as a user, and see to it that there is a keeper."""
        if not self.users.wait(WAIT_SECONDS, shared=True):
            raise EmbeddedError(f"The embedded {self.engine.name} does not finish stopping.")
        self._start_keeper()

    def await_ready(self) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while self.keeper is None and not self._is_ready():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"The embedded {self.engine.name} does not answer.")
            time.sleep(PAUSE)
            self._start_keeper()  # should the one that somebody else started have gone
        if self.keeper and self.keeper.stdout:
            said = self.keeper.stdout.read()  # up to where the keeper is ready or gives up
            self.keeper.stdout.close()
            if not self._is_ready():
                raise EmbeddedError(said.strip() or f"{self.engine.name} did not start.")
            sys.stderr.write(said)

    def await_end(self) -> None:
        """Return when the keeper has ended, or when somebody else turns out to need it."""
        deadline = time.monotonic() + WAIT_SECONDS
        while self.is_kept() and not self._others() and time.monotonic() < deadline:
            time.sleep(PAUSE)
        if self.keeper and not self.is_kept():
            self.keeper.wait()

    def restore(self) -> None:
        """Start it again if it has ended: at once the first time, then after growing pauses."""
        if self.is_kept():
            return
        if not self.ended:
            self._tell_end()
        if time.monotonic() >= self.pauses.started:
            self._start_again()

    def _tell_end(self) -> None:
        if self.keeper:
            self.keeper.wait()
        self.ended, pause = True, self.pauses.next()
        when = f" in {pause:.0f} s" if pause else ""
        print(f"{self.engine.name} ended. Starting it again{when}.", flush=True)

    def _start_again(self) -> None:
        self.ended, self.keeper = False, None
        self._start_keeper()
        try:
            self.await_ready()
        except EmbeddedError as error:
            self.failures += 1
            if self.engine.essential and self.failures >= MOST_FAILURES:
                raise
            print(error, flush=True)
        else:
            self.failures = 0
            print(f"{self.engine.name} is back.", flush=True)

    def is_kept(self) -> bool:
        keeping = self.engine.lock("keeper")
        try:
            return not keeping.take(shared=True)
        finally:
            keeping.close()

    def _start_keeper(self) -> None:
        keeping = self.engine.lock("keeper")
        if not keeping.take():
            keeping.close()
            return
        try:
            keeping.write("")
            self.keeper = subprocess.Popen(
                [*KEEPER, self.engine.name, str(self.engine.var), str(keeping.fd)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=Path(__file__).parent.parent.parent.parent,
                pass_fds=[keeping.fd],
                start_new_session=True,  # Ctrl-C is for us; the keeper waits for the last user
            )
        finally:
            keeping.close()

    def _is_ready(self) -> bool:
        keeping = self.engine.lock("keeper")
        try:
            return keeping.read() == READY and self.engine.listening()
        finally:
            keeping.close()

    def _others(self) -> bool:
        """Whether another process uses the server (the keeper alone locks exclusively)."""
        users = self.engine.lock("users")
        try:
            return not users.take() and users.take(shared=True)
        finally:
            users.close()
