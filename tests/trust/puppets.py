"""Two processes and a string: one is stopped after a chosen statement while the other acts.

A puppet is a process with a database connection of its own. It plays one thing at a time, and can
be told to stop after its n-th statement, inside its transaction, with all the locks it has taken.
"""

import multiprocessing
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections

from annotate_site import sql

from ..forked import forget_inherited_connection
from .acting import REFUSALS, refusal

WAIT_SECONDS = 60
LOOK_SECONDS = 0.004
Play = Callable[[Any], Any]


@dataclass(frozen=True)
class Outcome:
    """What a play came to: its value, the code of a refusal, or an error that nobody expected."""

    value: Any = None
    code: str = ""
    error: str = ""

    @property
    def done(self) -> bool:
        return not self.code and not self.error


class Strings:
    """Counts statements and waits after the one it was told; 0: before the first."""

    def __init__(self, pipe: Any, stop: int | None) -> None:
        self.pipe, self.stop, self.count = pipe, stop, 0

    def __call__(self, execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        if self.stop == 0 and self.count == 0:
            self._wait()
        result = execute(statement, params, many, context)
        self.count += 1
        if self.stop and self.count == self.stop:
            self._wait()
        return result

    def _wait(self) -> None:
        self.pipe.send("stopped")
        self.pipe.recv()


def _live(pipe: Any) -> None:
    forget_inherited_connection()
    row = sql.one("select pg_backend_pid() as pid")
    pipe.send(row.pid if row else None)
    while order := pipe.recv():
        play, scene, stop = order
        with connection.execute_wrapper(Strings(pipe, stop)):
            pipe.send(_perform(play, scene))
    connections.close_all()


def _perform(play: Play, scene: Any) -> Outcome:
    try:
        return Outcome(play(scene))
    except REFUSALS as error:
        return Outcome(code=refusal(error))
    except Exception:
        return Outcome(error=traceback.format_exc())


class Puppet:
    def __init__(self) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_live, args=(theirs,), daemon=True)
        self.process.start()
        self.backend: int = self.hear()

    def hear(self) -> Any:
        assert self.pipe.poll(WAIT_SECONDS), "a puppet says nothing"
        return self.pipe.recv()

    def start(self, play: Play, scene: Any, stop: int | None = None) -> None:
        self.pipe.send((play, scene, stop))

    def is_blocked(self) -> bool:
        row = sql.one("select cardinality(pg_blocking_pids(%s)) > 0 as blocked", [self.backend])
        return bool(row and row.blocked)


@contextmanager
def puppets(count: int) -> Iterator[list[Puppet]]:
    connections.close_all()  # a forked process must not share its parent's connection
    made = [Puppet() for _ in range(count)]
    try:
        yield made
    finally:
        for puppet in made:
            puppet.process.terminate()
            puppet.process.join(WAIT_SECONDS)


def meet(
    one: Puppet, other: Puppet, plays: tuple[Play, Play], scene: Any, stop: int
) -> tuple[Outcome, Outcome] | None:
    """`one` plays up to a statement; `other` plays until it ends or waits; then `one` goes on.

    None where the first play has no such statement (it has then been played to its end).
    """
    one.start(plays[0], scene, stop)
    said = one.hear()
    if said != "stopped":
        return None
    other.start(plays[1], scene)
    deadline = time.monotonic() + WAIT_SECONDS
    while not other.pipe.poll(LOOK_SECONDS) and not other.is_blocked():
        assert time.monotonic() < deadline, "the other neither ends nor waits"
    one.pipe.send("go")
    return one.hear(), other.hear()
