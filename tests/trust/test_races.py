"""Two people at one item at the same moment: whatever the moment, the outcome is one by the rules.

Each race is run once for every statement of either play (every fourth in the quick tier): the one
stops there, with its locks, the other acts, and then the first goes on.
"""

from collections import Counter

import pytest

from queues.actions.items.adding import add_traces, start_batch
from reviews.invariants import check

from ..tally import tally
from .acting import Ground
from .puppets import Outcome, meet, puppets
from .races import RACES, Race
from .scenes import Scene

pytestmark = pytest.mark.django_db(transaction=True)
MOST_STATEMENTS = 80


def run(race: Race, *, every: int = 1) -> Counter[str]:
    """Both orders, stopped after each statement; returns how often each outcome was seen."""
    ground = Ground.make(traces=4)
    seen: Counter[str] = Counter()
    with puppets(2) as (one, other):
        for turned in (False, True):
            plays = (race.plays[1], race.plays[0]) if turned else race.plays
            for stop in range(0, MOST_STATEMENTS, every):
                scene = race.scene(ground)
                outcomes = meet(one, other, plays, scene, stop)
                if outcomes is None:
                    break
                first, second = reversed(outcomes) if turned else outcomes
                judge(race, scene, first, second, f"stop {stop}, turned {turned}")
                seen[f"{first.code or 'done'} / {second.code or 'done'}"] += 1
    return seen


def judge(race: Race, scene: Scene, one: Outcome, other: Outcome, where: str) -> None:
    assert not one.error, f"{where}: {one.error}"
    assert not other.error, f"{where}: {other.error}"
    try:
        race.verdict(scene, one, other)
    except AssertionError as error:
        raise AssertionError(f"{where}: {one.code!r}, {other.code!r}: {error}") from error
    assert check() == [], where


@pytest.mark.parametrize("name", RACES)
@pytest.mark.parametrize(
    "every", [pytest.param(4, id="some"), pytest.param(1, id="all", marks=pytest.mark.soak)]
)
def test_race(name: str, every: int) -> None:
    seen: Counter[str] = Counter()
    broken = 1
    try:
        seen, broken = run(RACES[name], every=every), 0
    finally:
        counts = {"races": 1, "meetings": sum(seen.values()), **both(seen)}
        tally("races of two", counts, violations=broken)
    assert seen


def both(seen: Counter[str]) -> Counter[str]:
    """Of the meetings: in how many both were served, in how many one was refused."""
    refused = sum(number for told, number in seen.items() if told != "done / done")
    return Counter({"with one refused": refused})


ADDERS = 8


def add_the_same(scene: Scene) -> tuple[int, int]:
    trace = scene.site.ground.traces[3]
    queue = scene.queue
    display = {"inputs": ["messages"], "outputs": ["messages"]}
    batch = start_batch(queue=queue, by=None, display=display, filter={})
    added = add_traces(queue=queue, trace_ids=[trace.pk], batch=batch, actor=scene.site.by)
    return added.added, added.duplicates


def test_the_same_trace_added_8_times_at_once_is_one_item() -> None:
    made = RACES["two picks of one item"].scene(Ground.make(traces=4))
    with puppets(ADDERS) as people:
        for one in people:
            one.start(add_the_same, made)
        told = [one.hear() for one in people]
    assert [outcome.error for outcome in told if outcome.error] == []
    assert sum(outcome.value[0] for outcome in told) == 1
    assert sum(outcome.value[1] for outcome in told) == ADDERS - 1
    assert made.queue.items.count() == 2  # with the one that was there before
    assert check() == []
