"""How the sources of a batch were chosen, and random samples that can be drawn again.

Who is in a sample depends on its seed and on each key alone: a key has a mark, uniform over
0 … 2**64. A sample by rate takes every mark below that share of the range, a sample by count the
smallest marks of each stratum. So order, chunks and workers change nothing, and who draws again
with the same seed from the same population gets the same sample.
"""

from __future__ import annotations

import heapq
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from typing import Any

RANGE = 2**64
MOST = 100_000  # of one stratum, and of a whole sample by count
LONGEST_SEED = 40
NO_RATE = "Give a percentage above 0 and up to 100."


class Way(StrEnum):
    """UNKNOWN: a batch older than this."""

    UNKNOWN = ""
    EVERYTHING = "everything"
    CONVENIENCE = "convenience"
    RANDOM = "random"


@dataclass(frozen=True)
class Design:
    """How a batch was chosen. A random one has a `rate` (0 < rate ≤ 1) or a `count` per stratum.

    `strata`: what divides the population, as `traces.strata` writes it; [] for one stratum, "".
    `population`: how many each stratum had when the sample was drawn.
    """

    way: Way = Way.CONVENIENCE
    rate: float | None = None
    count: int | None = None
    seed: str = ""
    strata: list[Any] = field(default_factory=list)
    population: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Design:
        """From what `stored` has written."""
        given = dict(stored)
        return cls(Way(given.pop("kind", "")), **given)

    def stored(self) -> dict[str, Any]:
        """As a batch keeps it: JSON, without what does not apply."""
        if self.way is not Way.RANDOM:
            return {"kind": str(self.way)} if self.way else {}
        size = {"count": self.count} if self.rate is None else {"rate": self.rate}
        rest = {"seed": self.seed, "strata": self.strata, "population": dict(self.population)}
        return {"kind": str(self.way), **size, **rest}

    def of(self, population: Mapping[str, int]) -> Design:
        """The same design for a population whose strata are so large."""
        return replace(self, population=dict(population))

    def inclusion(self, stratum: str) -> float | None:
        """The probability with which a member of the stratum was chosen; None by hand."""
        match self.way:
            case Way.EVERYTHING:
                return 1.0
            case Way.RANDOM if self.rate is not None:
                return self.rate
            case Way.RANDOM:
                size = self.population.get(stratum, 0)
                return min(1.0, (self.count or 0) / size) if size else None
        return None

    @property
    def expected(self) -> dict[str, int]:
        """How many of each stratum the sample has: exactly by count, on average by rate."""
        if self.rate is not None:
            return {name: round(size * self.rate) for name, size in self.population.items()}
        return {name: min(size, self.count or 0) for name, size in self.population.items()}

    @property
    def needs_limits(self) -> bool:
        """Some stratum has more members than are wanted of it."""
        return self.count is not None and any(
            size > self.count for size in self.population.values()
        )

    def limits(self, members: Iterable[tuple[str, str]]) -> dict[str, int]:
        """For a sample by count: below which mark each stratum's members are in.

        `members`: (stratum, key) of the whole population, in any order. `Least` does it in parts.
        """
        least = Least(self)
        least.meet(members)
        return least.limits

    def takes(self, key: str, stratum: str, limits: Mapping[str, int]) -> bool:
        """Whether the key is in the sample; `limits` as above, for a sample by count."""
        mark = mark_of(self.seed, key)
        if self.rate is not None:
            return mark < self.rate * RANGE
        return mark < limits.get(stratum, RANGE if self.count else 0)


class Least:
    """The smallest marks of each stratum, for a sample by count; memory is that of the sample.

    `kept` is JSON, from which another process continues.
    """

    def __init__(self, design: Design, kept: Mapping[str, list[int]] | None = None) -> None:
        self._seed, self._count = design.seed, design.count or 0
        self.kept = {stratum: list(marks) for stratum, marks in (kept or {}).items()}

    def meet(self, members: Iterable[tuple[str, str]]) -> None:
        """(stratum, key) of some of the population, each once, in any order."""
        for stratum, key in members:
            kept, mark = self.kept.setdefault(stratum, []), -mark_of(self._seed, key)
            if len(kept) < self._count:
                heapq.heappush(kept, mark)
            elif kept and mark > kept[0]:
                heapq.heapreplace(kept, mark)

    @property
    def limits(self) -> dict[str, int]:
        """Below which mark members are in; a stratum smaller than the count is in as a whole."""
        return {
            stratum: 1 - marks[0] if len(marks) == self._count > 0 else RANGE
            for stratum, marks in self.kept.items()
        }


EVERYTHING = Design(Way.EVERYTHING)
BY_HAND = Design(Way.CONVENIENCE)


def mark_of(seed: str, key: str) -> int:
    """0 ≤ mark < 2**64, as good as random for whoever does not choose the seed by its result."""
    return int.from_bytes(blake2b(f"{seed}\n{key}".encode(), digest_size=8).digest())


def new_seed() -> str:
    return secrets.token_hex(4)


def percent(share: float | None) -> str:
    """ "12.5%"; "" for None. Four digits, as many as tell a small share."""
    return f"{share * 100:.4g}%" if share is not None else ""


def read_percent(text: str) -> float | None:
    """The share that somebody wrote as a percentage, 0 < share ≤ 1; None for any other text."""
    plain = text.replace(",", "").strip().removesuffix("%").strip()
    whole, _, part = plain.partition(".")
    digits = whole + part
    if not (digits.isascii() and digits.isdecimal() and len(part) <= 4 and len(whole) <= 4):
        return None
    number = Decimal(plain)
    return float(number / 100) if 0 < number <= 100 else None
