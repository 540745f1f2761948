"""What people's work in a queue took, and what of it came back: figures, never an answer.

`reviews` has the annotations and the decisions, and fills this in when it starts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Spent:
    """Active time over `measured` submitted annotations, in milliseconds."""

    measured: int = 0
    total: float = 0
    median: float = 0
    mean: float = 0
    deviation: float = 0


@dataclass(frozen=True)
class Effort:
    """By person, and of all together; `sent_back`: how many of one's annotations a reviewer sent
    back. All rounds count.
    """

    by_person: Mapping[int, Spent] = field(default_factory=dict)
    sent_back: Mapping[int, int] = field(default_factory=dict)
    together: Spent = field(default_factory=Spent)


@dataclass
class EffortShown:
    """of: that of a queue's people, or of one of them alone."""

    of: Callable[[UUID, int | None], Effort]


effort_shown = EffortShown(of=lambda queue, only: Effort())
