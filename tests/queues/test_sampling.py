"""Samples: drawn again they are the same, whatever the order; of the sizes that were asked for."""

import json
import tracemalloc
from collections import Counter
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.sampling import BY_HAND, EVERYTHING, Design, Least, Way, mark_of, new_seed

MEMBERS = st.dictionaries(st.uuids().map(str), st.sampled_from(["ok", "error", ""]), max_size=80)
SEEDS = st.text(st.characters(codec="ascii", min_codepoint=32), min_size=1, max_size=40)


def by_count(count: int, seed: str = "s") -> Design:
    return Design(Way.RANDOM, count=count, seed=seed)


def by_rate(rate: float, seed: str = "s") -> Design:
    return Design(Way.RANDOM, rate=rate, seed=seed)


def draw(design: Design, members: dict[str, str]) -> set[str]:
    limits = design.limits((stratum, key) for key, stratum in members.items())
    return {key for key, stratum in members.items() if design.takes(key, stratum, limits)}


@given(MEMBERS, st.integers(1, 30), SEEDS, st.randoms())
def test_order_and_chunks_change_no_sample(
    members: dict[str, str], count: int, seed: str, random: Any
) -> None:
    shuffled = list(members.items())
    random.shuffle(shuffled)
    for design in (by_count(count, seed), by_rate(1 / count, seed)):
        limits = design.limits((stratum, key) for key, stratum in shuffled)
        half = len(shuffled) // 2
        chunks = [shuffled[half:], shuffled[:half]]
        again = {k for some in chunks for k, stratum in some if design.takes(k, stratum, limits)}
        assert again == draw(design, members)


@given(MEMBERS, st.integers(1, 30), SEEDS)
def test_a_count_is_met_exactly_in_each_stratum(
    members: dict[str, str], count: int, seed: str
) -> None:
    design = by_count(count, seed).of(Counter(members.values()))
    drawn = Counter(members[key] for key in draw(design, members))
    assert drawn == Counter(design.expected)
    for stratum, size in design.population.items():
        chance = design.inclusion(stratum)
        assert chance == (1.0 if size <= count else count / size)


@given(MEMBERS, st.integers(1, 29), SEEDS)
def test_a_larger_sample_of_the_same_seed_contains_the_smaller(
    members: dict[str, str], count: int, seed: str
) -> None:
    assert draw(by_count(count, seed), members) <= draw(by_count(count + 1, seed), members)
    assert draw(by_rate(count / 60, seed), members) <= draw(by_rate(count / 30, seed), members)


def test_each_member_is_chosen_with_the_stated_probability() -> None:
    """Over 2,000 seeds, each of 12 members; five standard errors."""
    members = {f"k{n}": "ok" if n < 8 else "error" for n in range(12)}
    seeds = [f"seed {n}" for n in range(2000)]
    for design in (by_count(3), by_rate(0.3)):
        design = design.of(Counter(members.values()))
        times = Counter(
            key
            for seed in seeds
            for key in draw(Design(Way.RANDOM, design.rate, design.count, seed), members)
        )
        for key, stratum in members.items():
            chance = design.inclusion(stratum)
            assert chance is not None
            error = sqrt(chance * (1 - chance) / len(seeds))
            assert abs(times[key] / len(seeds) - chance) <= 5 * error


@given(MEMBERS, st.integers(1, 30), SEEDS)
def test_marks_that_are_kept_between_steps_give_the_same_limits(
    members: dict[str, str], count: int, seed: str
) -> None:
    design, pairs = by_count(count, seed), [(stratum, key) for key, stratum in members.items()]
    kept: dict[str, list[int]] = {}
    for start in range(0, len(pairs), 7):
        least = Least(design, json.loads(json.dumps(kept)))
        least.meet(pairs[start : start + 7])
        kept = least.kept
    assert Least(design, kept).limits == design.limits(pairs)


def test_another_seed_draws_another_sample() -> None:
    members = {f"k{n}": "" for n in range(200)}
    assert draw(by_count(20, "a"), members) != draw(by_count(20, "b"), members)
    assert new_seed() != new_seed()


def peak_of(members: int) -> int:
    """Bytes, of drawing 100 of so many."""
    keys = (("", f"key {n}") for n in range(members))
    tracemalloc.start()
    by_count(100).limits(keys)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_drawing_takes_the_memory_of_the_sample_and_not_of_the_population() -> None:
    assert peak_of(50_000) < 1.2 * peak_of(5_000)


def test_a_rate_of_one_takes_all_and_marks_stay_in_range() -> None:
    members = {f"k{n}": "" for n in range(500)}
    assert draw(by_rate(1.0), members) == set(members)
    assert all(0 <= mark_of("s", key) < 2**64 for key in members)


def test_marks_stay_as_they_are() -> None:
    """Stored seeds are promises: a sample of last year is drawn again today."""
    assert mark_of("a1b2", "0198f0f0-0000-7000-8000-000000000001") == MARK


MARK = 15594633678847826539


def test_a_stratum_that_was_not_there_at_the_first_pass_gives_nothing_beyond_its_count() -> None:
    design = by_count(2)
    assert design.limits([("ok", "a")]) == {"ok": 2**64}


@pytest.mark.parametrize(
    "design",
    [
        EVERYTHING, BY_HAND, Design(Way.UNKNOWN),
        Design(Way.RANDOM, rate=0.25, seed="7", population={"": 40}),
        Design(Way.RANDOM, count=40, seed="7", strata=["status"], population={"ok": 9}),
    ],
    ids=str,
)  # fmt: skip
def test_a_design_is_read_as_it_was_stored(design: Design) -> None:
    assert Design.read(design.stored()) == design


def test_what_was_chosen_by_hand_claims_no_probability() -> None:
    assert (EVERYTHING.inclusion(""), BY_HAND.inclusion("")) == (1.0, None)
    assert Design.read({}).inclusion("") is None
