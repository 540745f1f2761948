"""What the proofs have counted, told at the end of a run: operations, faults, violations."""

from collections import Counter
from collections.abc import Mapping

COUNTS: dict[str, Counter[str]] = {}


def tally(proof: str, counts: Mapping[str, int], *, violations: int) -> None:
    """Adds to what is told of a proof; called before its violations are asserted to be none."""
    told = COUNTS.setdefault(proof, Counter())
    told.update(counts)
    told["violations"] += violations


def handed() -> dict[str, dict[str, int]]:
    """All of it in plain words, for another process."""
    return {proof: dict(counts) for proof, counts in COUNTS.items()}


def take(counted: Mapping[str, Mapping[str, int]]) -> None:
    """Adds what another process has counted."""
    for proof, counts in counted.items():
        COUNTS.setdefault(proof, Counter()).update(counts)


def lines() -> list[str]:
    """One for each proof, in the order in which they ended; violations come last."""
    told = []
    for proof, counts in COUNTS.items():
        parts = [f"{number:,} {name}" for name, number in counts.items() if name != "violations"]
        parts.append(f"{counts['violations']:,} violations")
        told.append(f"{proof}: {', '.join(parts)}")
    return told
