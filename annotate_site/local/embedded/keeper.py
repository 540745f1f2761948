"""The process that owns one embedded server: `python -m annotate_site.local.embedded.keeper`.

Arguments: the engine's name, the var folder, the descriptor of the keeper lock (already taken).
Until the server is ready it may say something on stdout, for the one who started it; then it
closes stdout. It ends when nobody uses the server any more, when the server ends, or on SIGTERM.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from annotate_site.local.embedded.engine import EmbeddedError, Engine, NotReady
from annotate_site.local.embedded.locks import PAUSE, FileLock
from annotate_site.local.embedded.use import ENGINES, READY

START_SECONDS = 60  # recovery after a power cut takes its time
STOP_SECONDS = 8  # until a server that will not go is killed
KILL_SECONDS = 3


def keep(engine: Engine, keeping: FileLock) -> None:
    """Start the server, serve as long as somebody uses it, stop it."""
    lock = engine.lock("server")
    _end_orphan(engine, lock)
    engine.prepare()
    server = engine.start(lock)
    try:
        lock.write(str(server.pid))
        _wait_until_ready(engine, server)
        keeping.write(READY)
        _let_go_of_output(engine)
        users = engine.lock("users")
        # Held exclusively from here to the end: who comes now waits, and then starts anew.
        while server.poll() is None and not users.take():
            time.sleep(2 * PAUSE)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        keeping.write("")
        _stop(engine, server)


def _end_orphan(engine: Engine, lock: FileLock) -> None:
    """Stop a server whose keeper was killed: it still holds the lock, with its number in it."""
    if lock.take():
        return
    if number := lock.read():
        with contextlib.suppress(ProcessLookupError):  # killed; what it started is ending
            os.kill(int(number), engine.stop_signal)
    if not lock.wait(STOP_SECONDS):
        raise EmbeddedError(f"An earlier {engine.name} (process {number}) will not stop: end it.")


def _wait_until_ready(engine: Engine, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return engine.check()
        except NotReady:
            if server.poll() is None and time.monotonic() < deadline:
                time.sleep(PAUSE)
                continue
        raise EmbeddedError(
            f"{engine.name} did not start. The end of {engine.log}:\n{engine.last_words()}"
        )


def _let_go_of_output(engine: Engine) -> None:
    """The starter reads our output up to its end; later words go to the server's log."""
    sys.stdout.flush()
    with engine.log.open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)


def _stop(engine: Engine, server: "subprocess.Popen[bytes]") -> None:
    for number, seconds in (
        (engine.stop_signal, STOP_SECONDS),
        (signal.SIGQUIT, KILL_SECONDS),
        (signal.SIGKILL, KILL_SECONDS),
    ):
        server.send_signal(number)
        try:
            server.wait(seconds)
            break
        except subprocess.TimeoutExpired:
            continue
    try:
        engine.sockets.rmdir()
    except OSError:  # a killed server leaves its socket; the next start clears it
        return


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main() -> None:
    name, var, fd = sys.argv[1:]
    signal.signal(signal.SIGTERM, _leave)
    engine = next(kind for kind in ENGINES if kind.name == name)(Path(var))
    try:
        keep(engine, FileLock.adopt(int(fd)))
    except (EmbeddedError, OSError) as error:
        print(error)
        sys.exit(1)


if __name__ == "__main__":
    main()
