"""All that the Progress tab shows, shared among those who read the same for a few seconds.

However many have the tab open, its statements run once in `SHARED_FOR` seconds for each kind of
reader. The cache is a table of the database, so that nothing else need be there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pickle import UnpicklingError

from django.core.cache import cache

from annotate_site.projects.access import Access, Can

from ..effort import effort_shown
from ..models import Queue
from .attention import Matters, attention_of
from .burn_up import BurnUp, burn_up
from .effective import Counts, counts, effective_items
from .holds import HoldRow, live_holds
from .progress import PersonRow, people_progress

SHARED_FOR = 5  # seconds
# What a process of another version may have left there.
OUTDATED = (UnpicklingError, AttributeError, ImportError, TypeError)


@dataclass(frozen=True)
class Progress:
    """`people` and what follows: for those who read results; `matters`: for managers; `mine`: one
    annotator's own figures.
    """

    counts: Counts
    people: list[PersonRow] | None = None
    holds: list[HoldRow] = field(default_factory=list)
    holds_total: int = 0
    burn_up: BurnUp | None = None
    matters: list[Matters] = field(default_factory=list)
    mine: PersonRow | None = None


def audience(access: Access) -> str:
    """Who reads the same figures of a queue; an annotator alone reads their own."""
    if Can.MANAGE in access:
        return "managers"
    if Can.READ_RESULTS in access:
        return "readers"
    return f"person-{access.user.pk}" if Can.ANNOTATE in access else "counts"


def progress_of(queue: Queue, access: Access, *, shared: bool) -> Progress:
    """`shared`: as it was read within the last seconds, for whoever reads the same."""
    key = f"progress-{queue.pk}-{audience(access)}"
    return _shared(key, lambda: _read(queue, access), fresh=not shared)


def _shared(key: str, read: Callable[[], Progress], *, fresh: bool) -> Progress:
    if not fresh and (found := _cached(key)):
        return found
    made = read()
    cache.set(key, made, SHARED_FOR)
    return made


def _cached(key: str) -> Progress | None:
    try:
        found = cache.get(key)
    except OUTDATED:
        return None
    return found if isinstance(found, Progress) else None


def _read(queue: Queue, access: Access) -> Progress:
    counted = counts([queue.pk], effective_items([queue.pk]))[queue.pk]
    if Can.READ_RESULTS not in access:
        own = people_progress(queue, only=access.user) if Can.ANNOTATE in access else []
        return Progress(counted, mine=next(iter(own), None))
    holds, total = live_holds(queue)
    effort = effort_shown.of(queue.pk, None)
    return Progress(
        counted,
        people=people_progress(queue, effort=effort),
        holds=holds,
        holds_total=total,
        burn_up=burn_up(queue, total=counted.total, spent=effort.together),
        matters=attention_of(queue.pk, most=1) if Can.MANAGE in access else [],
    )
