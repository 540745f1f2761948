"""Kinds of jobs: each a generator of steps, as the docstring of the package tells."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from annotate_site.errors import Refused
from annotate_site.projects.models import Job


class JobFailed(Refused):
    """The whole job cannot be done; the sentence is shown to the person who asked."""

    code = "job_failed"


@dataclass(frozen=True)
class Step:
    """One step is done: where the next begins, and how far the job is.

    `cursor` is JSON, and `job.cursor` when the job continues. `total` None: as it was.
    """

    cursor: Any
    done: int
    total: int | None = None


Steps = Generator[Step, None, dict[str, Any]]
Work = Callable[[Job], Steps]
KINDS: dict[str, Work] = {}


def runs(kind: str) -> Callable[[Work], Work]:
    """Registers the generator that does jobs of this kind: job → steps, returning the result."""

    def register(work: Work) -> Work:
        KINDS[kind] = work
        return work

    return register
