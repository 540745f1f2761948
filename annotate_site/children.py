"""Child processes, forked: listened to, started again when they end, stopped in order."""

import ctypes
import gc
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from types import FrameType

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
NAME_WIDTH = 6
READ_BYTES = 65536
LAST_WORDS_SECONDS = 1  # to read what a child said before its end
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_PAUSE = 30  # seconds before something that ends at once is started again
HEALTHY_SECONDS = 60  # of life, after which its end is the first again


class Stopped(BaseException):
    """Somebody asked us to end, by a signal.

    Not KeyboardInterrupt: Python remembers one that passed through `exec` of a text, which the
    making of a dataclass is, and ends by SIGINT whatever status the program then returns.
    """


def stop_on_signals() -> None:
    """Have Ctrl-C and the like raise Stopped."""
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)


def ignore_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Once: Ctrl-C under `make` may come as more than one signal."""
    ignore_signals()
    raise Stopped


@dataclass
class Pauses:
    """How long to wait before the next start: not at all first, then 1, 2, 4, ... 30 seconds."""

    failures: int = 0
    started: float = field(default_factory=time.monotonic)

    def next(self) -> float:
        """Call it when something has ended; it counts as started after these seconds."""
        lived = time.monotonic() - self.started
        self.failures = 1 if lived > HEALTHY_SECONDS else self.failures + 1
        pause = 0.0 if self.failures == 1 else min(2.0 ** (self.failures - 2), LONGEST_PAUSE)
        self.started = time.monotonic() + pause
        return pause


@dataclass
class Child:
    """One child process, leader of its own process group: Ctrl-C reaches it through us alone."""

    name: str
    run: Callable[[], object]
    seconds_to_stop: float
    pauses: Pauses = field(default_factory=Pauses)
    process: BaseProcess | None = None  # None while it waits for its next start
    output: int = -1
    unfinished: bytes = b""  # the line it is writing

    def start(self) -> None:
        self.output, writing = os.pipe()
        gc.collect()
        gc.freeze()  # what is never looked at by a collector stays shared between processes
        self.process = get_context("fork").Process(target=_begin, args=(self, writing, os.getpid()))
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
            os.close(writing)

    def say(self, data: bytes) -> None:
        """Print what came from the child, line by line behind its name."""
        *lines, self.unfinished = (self.unfinished + data).split(b"\n")
        for line in filter(bytes.strip, lines):
            print(f"{self.name:<{NAME_WIDTH}} | {line.decode(errors='replace')}", flush=True)

    def end(self) -> str:
        """End what is left of it, and of the processes it started; say how it ended."""
        assert self.process
        assert self.process.pid
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.join()
        how = _in_words(self.process.exitcode or 0)
        self.process.close()
        self.process = None
        return how


class Children:
    """All of them; started in the order of `start`, stopped in the reverse order."""

    def __init__(self) -> None:
        self._all: list[Child] = []
        self._outputs = selectors.DefaultSelector()

    def start(self, name: str, run: Callable[[], object], *, seconds_to_stop: float) -> None:
        """Run a function in a child process, and again whenever it ends."""
        child = Child(name, run, seconds_to_stop)
        self._all.append(child)
        self._start(child)

    def listen(self, seconds: float) -> None:
        """For so long, print what the children say, and start again those that have ended."""
        deadline = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            for child in self._all:
                if child.process is None and child.pauses.started <= now:
                    self._start(child)
            due = [one.pauses.started for one in self._all if one.process is None]
            self._print_output(max(0.0, min([deadline, *due]) - now))
            for child in self._all:
                if child.process and not child.process.is_alive():
                    self._tell_end(child)
            if time.monotonic() >= deadline:
                return

    def stop(self) -> None:
        """Ask each to end, last started first, and kill the ones that take too long."""
        deadline = time.monotonic()
        for child in reversed([one for one in self._all if one.process]):
            assert child.process
            child.process.terminate()
            deadline = time.monotonic() + child.seconds_to_stop
            while child.process.is_alive() and time.monotonic() < deadline:
                self._print_output(0.1)
            self._outputs.unregister(child.process.sentinel)
            child.end()
        while self._outputs.get_map() and time.monotonic() < deadline + LAST_WORDS_SECONDS:
            self._print_output(0.1)
        for child in self._all:
            child.say(b"\n" if child.unfinished else b"")
        self._outputs.close()
        self._all.clear()

    def _start(self, child: Child) -> None:
        child.start()
        assert child.process
        self._outputs.register(child.output, selectors.EVENT_READ, child)
        self._outputs.register(child.process.sentinel, selectors.EVENT_READ)  # wakes `select`

    def _tell_end(self, child: Child) -> None:
        assert child.process
        self._outputs.unregister(child.process.sentinel)
        how, pause = child.end(), child.pauses.next()
        when = f" in {pause:.0f} s" if pause else ""
        print(f"{child.name} ended ({how}). Starting it again{when}.", flush=True)

    def _print_output(self, seconds: float) -> None:
        for key, _ in self._outputs.select(seconds):
            if key.data is None:
                continue
            if data := os.read(key.fd, READ_BYTES):
                key.data.say(data)
            else:
                self._outputs.unregister(key.fd)
                os.close(key.fd)


def _begin(child: Child, output: int, parent: int) -> None:
    """What a child does first: leave our group, forget our signals, speak to us, have a name."""
    os.setpgid(0, 0)
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        # Should our parent be killed: at once, so that whoever comes next finds the port free.
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was, before we could say so
            os.kill(os.getpid(), signal.SIGKILL)
        prctl(PR_SET_NAME, child.name.encode())  # as `ps` and `top` show it
    child.run()


def _in_words(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    return f"killed by {signal.Signals(-status).name}"
