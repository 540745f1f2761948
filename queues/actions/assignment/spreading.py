"""Who gets which of many slots: plain arithmetic, the same for a deal and for bulk binding."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


@dataclass
class Spread:
    """`given`: {slot: person}, in the order of the slots. `last`: whose turn came last."""

    given: dict[int, int] = field(default_factory=dict)
    last: int | None = None


def spread(
    slots: Sequence[tuple[int, Item]],
    people: Sequence[int],
    excluded: Mapping[Item, Collection[int]],
    most: int | None = None,
    counts: dict[int, int] | None = None,
) -> Spread:
    """Gives (slot, item) pairs to people, cyclically from the first of `people`.

    Each item goes to distinct people, never to one `excluded` for it, and nobody gets more than
    `most`. Even to within one among those eligible: nobody has two more than a colleague who could
    have taken one of them. A slot that nobody can take is left out. `counts` of slots given
    before in the same act are gone on with, and kept up to date.
    """
    taken = {item: set(excluded.get(item, ())) for _, item in slots}
    counts = {} if counts is None else counts
    counts |= {one: counts.get(one, 0) for one in people}
    turns, made = list(people), Spread()
    for slot, item in slots:
        able = [one for one in turns if one not in taken[item] and counts[one] != most]
        if not able:
            continue
        person = min(able, key=counts.__getitem__)  # the first of equals: whose turn it is
        turns = [one for one in turns if one != person] + [person]
        made.given[slot], made.last = person, person
        counts[person] += 1
        taken[item].add(person)
    _level(made.given, dict(slots), taken, counts)
    return made


def _level(
    given: dict[int, int],
    items: Mapping[int, Item],
    taken: dict[Item, set[int]],
    counts: dict[int, int],
) -> None:
    """Moves slots from those who got more to those who got less, until nothing can be gained.

    Each move makes the sum of squares smaller, so it ends.
    """
    moved = True
    while moved:
        moved = False
        for slot, giver in list(given.items()):
            item = items[slot]
            able = [one for one in counts if one not in taken[item]]
            taker = min(able, key=counts.__getitem__, default=giver)
            if counts[taker] + 1 >= counts[giver]:
                continue
            given[slot], moved = taker, True
            counts[giver] -= 1
            counts[taker] += 1
            taken[item].remove(giver)
            taken[item].add(taker)
