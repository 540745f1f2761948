"""How many slots are given to people: cyclic, distinct, even to within one."""

from hypothesis import given
from hypothesis import strategies as st

from queues.actions.assignment.spreading import spread

PEOPLE = st.lists(st.integers(1, 8), min_size=1, max_size=6, unique=True)
ITEMS = st.lists(st.tuples(st.integers(1, 3), st.sets(st.integers(1, 8))), max_size=25)


def slots_of(
    items: list[tuple[int, set[int]]],
) -> tuple[list[tuple[int, int]], dict[int, set[int]]]:
    """Numbered slots of numbered items, and who may not have each item."""
    slots = [item for item, (number, _) in enumerate(items) for _ in range(number)]
    return list(enumerate(slots)), {item: out for item, (_, out) in enumerate(items)}


@given(PEOPLE, ITEMS, st.one_of(st.none(), st.integers(1, 5)))
def test_any_spread_is_distinct_allowed_and_even(
    people: list[int], items: list[tuple[int, set[int]]], most: int | None
) -> None:
    slots, out = slots_of(items)
    given = spread(slots, people, out, most).given
    item_of = dict(slots)
    who: dict[int, list[int]] = {item: [] for item in out}
    for slot, person in given.items():
        who[item_of[slot]].append(person)
    counts = {one: list(given.values()).count(one) for one in people}
    assert set(given.values()) <= set(people)
    assert most is None or max(counts.values()) <= most
    for item, got in who.items():
        assert len(set(got)) == len(got)
        assert not set(got) & out[item]
    for slot, person in given.items():
        item = item_of[slot]
        for other in set(people) - out[item] - set(who[item]):
            assert counts[person] <= counts[other] + 1
    for slot, item in slots:
        if slot not in given and most is None:
            assert set(people) <= out[item] | set(who[item])


@given(PEOPLE, st.integers(0, 40))
def test_where_all_are_eligible_it_goes_round(people: list[int], number: int) -> None:
    slots = [(slot, slot) for slot in range(number)]
    made = spread(slots, people, {})
    assert list(made.given.values()) == [people[n % len(people)] for n in range(number)]
    assert made.last == (people[(number - 1) % len(people)] if number else None)


def test_one_who_can_take_little_is_not_forgotten() -> None:
    """Plain turns would give Ada nothing: it is her turn only where she is excluded."""
    slots = [(slot, slot) for slot in range(6)]
    out = {0: {1}, 2: {1}, 4: {1}}
    given = spread(slots, [1, 2, 3], out).given
    assert sorted(list(given.values()).count(one) for one in (1, 2, 3)) == [2, 2, 2]


def test_several_spreads_in_one_act_are_even_together() -> None:
    counts: dict[int, int] = {}
    for start in (0, 5, 10):
        spread([(n, n) for n in range(start, start + 5)], [1, 2], {}, counts=counts)
    assert sorted(counts.values()) == [7, 8]


def test_what_one_alone_can_take_moves_the_rest_to_the_others_and_no_more() -> None:
    slots = [(slot, slot) for slot in range(12)]
    only_two = {slot: {1} for slot in range(8, 12)}
    given = list(spread(slots, [1, 2], only_two).given.values())
    assert (given.count(1), given.count(2)) == (6, 6)
