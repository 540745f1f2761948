"""What is waiting for somebody this morning, by queue: counts, never an answer.

`reviews` counts it, as it does on My work, and fills this in when it starts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from annotate_site.projects.models import User


@dataclass(frozen=True)
class Waiting:
    """One queue: `words` like "12 items left for you", `path` of the page to begin on."""

    queue: str
    project: str
    words: str
    path: str


@dataclass
class Digest:
    """waiting: the queues in which there is something to do, the most pressing first."""

    waiting: Callable[[User], Sequence[Waiting]]


digest = Digest(waiting=lambda user: [])
