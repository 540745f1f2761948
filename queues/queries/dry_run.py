"""What a rule would have added: of the traces of the last day, week, or all there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from annotate_site import sql
from annotate_site.projects.models import Project
from traces.filters import TraceFilter
from traces.models import Trace
from traces.selecting import Selection
from traces.sources import SourceKind

from ..models import Queue, Rule
from ..sampling import Design, Way
from .populations import Population
from .rules import present_items

WINDOWS = {"day": timedelta(days=1), "week": timedelta(days=7), "all": None}
WINDOW_WORDS = {"day": "Last 24 hours", "week": "Last 7 days", "all": "All traces"}
MOST = 50_000  # traces that are looked at; beyond, the share of these is told
EXAMPLES = 5


@dataclass(frozen=True)
class DryRun:
    """`matching`: traces that match and are not in the queue; `exact`: all of them were looked at.

    `drawn` of these are in the sample, without what a person removed from the queue; `added`: as
    far as the cap allows. `examples` are the latest.
    """

    window: str
    matching: int
    exact: bool
    drawn: int
    added: int
    examples: list[Trace]

    @property
    def windows(self) -> list[tuple[str, str]]:
        """Those that there are, with their words."""
        return list(WINDOW_WORDS.items())


def dry_run(
    *,
    project: Project,
    queue: Queue | None,
    filter: TraceFilter,
    rate: float,
    seed: str,
    room: int | None,
    window: str,
) -> DryRun:
    """`room`: how many more the cap allows; None for no cap. Changes nothing."""
    span = WINDOWS[window]
    since = sql.clock() - span if span else None
    population = Population(Selection(project, filter=filter), queue, since=since)
    design, matching, drawn, exact = Design(Way.RANDOM, rate=rate, seed=seed), 0, list[str](), True
    for members in population.pages():
        matching += len(members.pairs)
        some = [key for _, key in members.pairs if design.takes(key, "", {})]
        drawn += _never_removed(queue, some)
        if matching >= MOST:
            exact = False
            break
    added = len(drawn) if room is None else min(len(drawn), max(room, 0))
    return DryRun(window, matching, exact, len(drawn), added, _traces(project, drawn[:EXAMPLES]))


def dry_run_of(rule: Rule, window: str) -> DryRun:
    """Of a rule as it is now."""
    return dry_run(
        project=rule.project,
        queue=rule.queue,
        filter=TraceFilter.from_rows(rule.filter),
        rate=rule.rate,
        seed=rule.seed,
        room=None if rule.cap is None else rule.cap - present_items(rule),
        window=window,
    )


def read_window(text: str | None) -> str:
    """A week for what is no window."""
    return text if text in WINDOWS else "week"


def _never_removed(queue: Queue | None, keys: Sequence[str]) -> list[str]:
    if queue is None or not keys:
        return list(keys)
    items = queue.items.filter(source_kind=SourceKind.TRACE, removed_at__isnull=False)
    removed = set(items.filter(source_key__in=keys).values_list("source_key", flat=True))
    return [key for key in keys if key not in removed]


def _traces(project: Project, keys: Sequence[str]) -> list[Trace]:
    return list(project.traces.filter(pk__in=keys).order_by("-start", "-id"))
