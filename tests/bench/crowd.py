"""Annotators at work at the same time, each a process of its own, and how long each cycle took."""

import multiprocessing
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from django.db import connections

WARM_UP = 16  # cycles that are not measured, of all annotators together; 2 of each at least
MOST_ERRORS = 5
WAIT_SECONDS = 60

Cycle = Callable[[], bool]  # submits, claims; False: nothing is left
Sit = Callable[[int], Cycle]  # for the annotator of this number, in that annotator's process


@dataclass
class Shift:
    """What one annotator's process did."""

    began: float = 0.0
    ended: float = 0.0
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Figures:
    """Of all slices of one measurement; the times in milliseconds."""

    people: int
    cycles: int
    per_second: float
    p50: float
    p95: float
    p99: float
    errors: list[str]


def work(sit: Sit, people: int, seconds: float) -> list[Shift]:
    """One slice of a measurement: it ends after so many seconds, or when nothing is left."""
    context = multiprocessing.get_context("fork")
    connections.close_all()  # a forked process must not share its parent's connection
    pipe, start = context.Queue(), context.Barrier(people)
    workers = [
        context.Process(target=_work, args=(sit, number, people, seconds, start, pipe), daemon=True)
        for number in range(people)
    ]
    for worker in workers:
        worker.start()
    shifts: list[Shift] = [pipe.get(timeout=WAIT_SECONDS + seconds) for _ in workers]
    for worker in workers:
        worker.join(timeout=WAIT_SECONDS)
    return shifts


def _work(sit: Sit, number: int, people: int, seconds: float, start: Any, pipe: Any) -> None:
    shift = Shift()
    try:
        cycle = sit(number)
        for _ in range(max(2, WARM_UP // people)):
            cycle()
        start.wait(timeout=WAIT_SECONDS)
        _repeat(cycle, seconds, shift)
    except Exception:
        shift.errors.append(traceback.format_exc())
        start.abort()
    finally:
        pipe.put(shift)
        connections.close_all()


def _repeat(cycle: Cycle, seconds: float, shift: Shift) -> None:
    shift.began = now = time.monotonic()
    more = True
    while more and now < shift.began + seconds and len(shift.errors) < MOST_ERRORS:
        try:
            more = cycle()
        except Exception:
            shift.errors.append(traceback.format_exc())
        before, now = now, time.monotonic()
        shift.seconds.append(now - before)
    shift.ended = now


def figures(slices: list[list[Shift]]) -> Figures:
    shifts = [shift for one in slices for shift in one]
    took = [1000 * second for shift in shifts for second in shift.seconds] or [0.0]
    errors = [error for shift in shifts for error in shift.errors]
    spans = [
        max(shift.ended for shift in one) - min(shift.began for shift in one) for one in slices
    ]
    cuts = quantiles(took, n=100, method="inclusive") if len(took) > 1 else took * 99
    return Figures(
        people=len(slices[0]),
        cycles=len(took),
        per_second=(len(took) - len(errors)) / (sum(spans) or 1),
        p50=cuts[49],
        p95=cuts[94],
        p99=cuts[98],
        errors=errors,
    )
