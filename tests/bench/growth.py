"""What a claim costs as the queue and one's own history grow, also while an export runs."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar
from uuid import uuid4

from django.db import connections

from annotate_site import sql
from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next
from queues.errors import NothingToClaim
from queues.models import Queue
from queues.visibility import Reader, Whose
from reviews.actions.submitting import Form, submit_annotation
from reviews.actions.undoing import latest_undoable
from reviews.answers import Draft, asked_fields
from reviews.results.export import Scope, export_rows
from reviews.workspace.desk import open_desk
from tests import factories

from .bulk import grown_queue
from .scene import ANSWERS, Scene
from .telling import budget

FEW, MANY, HALF = 1_000, 100_000, 50_000
SLICES, CYCLES = 4, 12
MOST = 1.5
T = TypeVar("T")


@dataclass
class Times:
    """Seconds of each cycle of one person, by what was done."""

    claim: list[float] = field(default_factory=list)
    read: list[float] = field(default_factory=list)
    submit: list[float] = field(default_factory=list)


class Worker:
    """Goes through a queue by the actions that the page calls, without HTTP and templates."""

    def __init__(self, queue: Queue, user: User) -> None:
        self.queue, self.user, self.times = queue, user, Times()
        self.asked = asked_fields(queue)
        self.draft = Draft({str(one.field_id): [ANSWERS[one.field.kind]] for one in self.asked})

    def cycle(self) -> None:
        """Claims, reads what the page shows, submits."""
        hold = self._timed(
            self.times.claim, lambda: claim_next(queue_id=self.queue.pk, user=self.user)
        )
        self._timed(
            self.times.read,
            lambda: (
                open_desk(self.queue, self.user, hold, self.asked),
                latest_undoable(self.queue, self.user),
            ),
        )
        form = Form(hold.item_id, hold.round, hold.token, uuid4(), 0, self.draft)
        self._timed(
            self.times.submit,
            lambda: submit_annotation(
                queue=self.queue, user=self.user, form=form, asked=self.asked, goes_on=True
            ),
        )

    def ask_in_vain(self) -> None:
        """A claim of somebody who has done all that there is."""
        self._timed(self.times.claim, self._nothing)

    def _nothing(self) -> None:
        try:
            claim_next(queue_id=self.queue.pk, user=self.user)
        except NothingToClaim:
            return
        raise RuntimeError("there was something to claim after all")

    def _timed(self, times: list[float], act: Callable[[], T]) -> T:
        began = time.perf_counter()
        done = act()
        times.append(time.perf_counter() - began)
        return done


def measure(scene: Scene) -> tuple[Queue, User]:
    """Prints everything; the rows are made here. The large queue, and who has done all of it."""
    newcomer, half, all_done = scene.people[:3]
    sql.run("set statement_timeout = 0")
    small = grown_queue(scene.project, scene.fields, FEW, {newcomer: 0, half: 0, all_done: FEW})
    large = grown_queue(
        scene.project, scene.fields, MANY, {newcomer: 0, half: HALF, all_done: MANY}
    )
    sql.run("vacuum analyze")
    sql.run("reset statement_timeout")
    print(f"\nGrowth, N = 3: medians of {SLICES * CYCLES} in ms, in turn")
    for words in ("", "while an export runs: "):
        with exporting(large, factories.make_user("Exporter")) if words else nullcontext():
            size = f"{FEW:,} to {MANY:,} items"
            _compare(f"{words}{size}", Worker(small, newcomer), Worker(large, newcomer))
            own = f"0 to {HALF:,} done by me"
            _compare(f"{words}{own}", Worker(large, newcomer), Worker(large, half))
            _compare_empty(words, Worker(small, all_done), Worker(large, all_done))
    return large, all_done


def _compare(told: str, before: Worker, after: Worker) -> None:
    _in_turn(before.cycle, after.cycle)
    print(f"  {told}")
    for stage in ("claim", "read", "submit"):
        _line(f"  {stage}", getattr(before.times, stage), getattr(after.times, stage))


def _compare_empty(words: str, before: Worker, after: Worker) -> None:
    before.ask_in_vain()
    after.ask_in_vain()
    first = 1000 * after.times.claim.pop()
    before.times.claim.clear()
    _in_turn(before.ask_in_vain, after.ask_in_vain)
    print(f"  {words}nothing left, lap of {FEW:,} to {MANY:,} (its first lap: {first:,.0f} ms)")
    _line("  claim", before.times.claim, after.times.claim)


def _in_turn(before: Callable[[], None], after: Callable[[], None]) -> None:
    """So that what else the machine does meanwhile meets both alike."""
    for _ in range(SLICES):
        for act in (before, after):
            for _ in range(CYCLES):
                act()


def _line(told: str, before: list[float], after: list[float]) -> None:
    was, now = 1000 * median(before), 1000 * median(after)
    budget(told, f"{was:.1f} to {now:.1f}: x {now / was:.2f}", f"at most x {MOST}",
           now <= MOST * was)  # fmt: skip


@contextmanager
def exporting(queue: Queue, user: User) -> Iterator[None]:
    """Meanwhile another process exports the queue, again and again."""
    connections.close_all()  # a forked process must not share its parent's connection
    process = multiprocessing.get_context("fork").Process(
        target=_export, args=(queue, Reader(user, Whose.ALL))
    )
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _export(queue: Queue, reader: Reader) -> None:
    while True:
        for _ in export_rows(Scope(queue, reader), "long", "jsonl"):
            pass
