"""The child processes of the supervisor: started, listened to, stopped in order."""

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
NAME_WIDTH = 6
READ_BYTES = 65536
TICK = 0.1  # seconds
LAST_WORDS_SECONDS = 1  # to read what a child said before its end


class ChildDied(Exception):
    """A child ended though nobody asked it to; the message says which and how."""


@dataclass
class Child:
    """One child process, leader of its own process group: Ctrl-C reaches it through us alone."""

    name: str
    seconds_to_stop: float
    process: "subprocess.Popen[bytes]"
    unfinished: bytes = field(default=b"")  # the line it is writing

    @property
    def output(self) -> int:
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def say(self, data: bytes) -> None:
        """Print what came from the child, line by line behind its name."""
        *lines, self.unfinished = (self.unfinished + data).split(b"\n")
        for line in filter(bytes.strip, lines):
            print(f"{self.name:<{NAME_WIDTH}} | {line.decode(errors='replace')}", flush=True)

    def kill_group(self) -> None:
        """End what is left of it, and of the processes it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Children:
    """All of them; started in the order of `start`, stopped in the reverse order."""

    def __init__(self) -> None:
        self._all: list[Child] = []
        self._outputs = selectors.DefaultSelector()

    def start(self, name: str, command: list[str], *, cwd: Path, seconds_to_stop: float) -> None:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            process_group=0,
            preexec_fn=_end_with_parent(),  # safe: we have one thread
        )
        child = Child(name, seconds_to_stop, process)
        self._all.append(child)
        self._outputs.register(child.output, selectors.EVENT_READ, child)

    def listen(self, seconds: float) -> None:
        """Print what the children say, for so long. Raises ChildDied when one has ended."""
        deadline = time.monotonic() + seconds
        while True:
            self._print_output()
            for child in self._all:
                if (status := child.process.poll()) is not None:
                    raise ChildDied(f"{child.name} ended unexpectedly ({_in_words(status)}).")
            if time.monotonic() > deadline:
                return

    def stop(self) -> None:
        """Ask each to end, last started first, and kill the ones that take too long."""
        deadline = time.monotonic()
        for child in reversed(self._all):
            if child.process.poll() is None:
                child.process.terminate()
            deadline = time.monotonic() + child.seconds_to_stop
            while child.process.poll() is None and time.monotonic() < deadline:
                self._print_output()
            child.kill_group()
        while self._outputs.get_map() and time.monotonic() < deadline + LAST_WORDS_SECONDS:
            self._print_output()
        for child in self._all:
            child.say(b"\n" if child.unfinished else b"")
            assert child.process.stdout is not None
            child.process.stdout.close()
        self._outputs.close()
        self._all.clear()

    def _print_output(self) -> None:
        for key, _ in self._outputs.select(TICK):
            child: Child = key.data
            if data := os.read(child.output, READ_BYTES):
                child.say(data)
            else:
                self._outputs.unregister(child.output)


def _in_words(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    return f"killed by {signal.Signals(-status).name}"


def _end_with_parent() -> Callable[[], None] | None:
    """What a child does first: ask Linux for SIGTERM should we be killed without a chance."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return ask
