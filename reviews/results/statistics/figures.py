"""What a coefficient gives: a figure with its interval, or the reason why there is none. Pure."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Figure:
    """`low` to `high`: the 95 % interval by bootstrap over items, percentiles. `items`: how many
    count, `pairs`: pairs of answers to the same item. `caution`: a sentence for the reader, or "".
    """

    value: float
    low: float
    high: float
    items: int
    pairs: int
    caution: str = ""


@dataclass(frozen=True)
class Undefined:
    """`reason`: a sentence. `items` and `pairs` as in Figure."""

    reason: str
    items: int = 0
    pairs: int = 0


Coefficient = Figure | Undefined

FEWEST_ITEMS: Final = 5
"""With two answers or more; of fewer no interval can be had."""

FEW_ITEMS: Final = 20
"""Of fewer than these the interval is too narrow, which a caution says."""

NO_PAIRS: Final = "No item has answers from two people."
ONE_ANSWER: Final = "Only one answer was ever given: chance agreement can’t be told from agreement."
NEARLY_ONE_ANSWER: Final = "Too few items have another answer than the rest for an interval."
NO_FIXED_ANSWERS: Final = "This field has no fixed set of answers, which the coefficient needs."
WORDS_ONLY: Final = "Texts are words: only how many are exactly the same can be counted."


def too_few(items: int) -> str:
    if not items:
        return NO_PAIRS
    have = "1 item has" if items == 1 else f"{items} items have"
    return f"Only {have} answers from two people; {FEWEST_ITEMS} are needed for an interval."


def uneven(least: int, most: int) -> str:
    return f"Items have {least} to {most} answers; Fleiss’ kappa needs the same number on each."


def none_differ(items: int) -> str:
    """The rule of three, exactly: with this share, no dispute among `items` has 2.5 % chance."""
    share = 1 - 0.025 ** (1 / items)
    return (
        f"None of the {items} items is disputed, so the interval has no width; "
        f"up to {share:.0%} of all items could still be."
    )


def narrow(items: int) -> str:
    return f"With only {items} items the interval is narrower than it should be."


def too_few_of_two(items: int) -> str:
    if not items:
        return "These two have answered no item in common."
    have = "1 item" if items == 1 else f"{items} items"
    return f"These two have {have} in common; {FEWEST_ITEMS} are needed for an interval."
