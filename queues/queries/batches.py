"""Batches of a queue in words: who added what, when, and how it was chosen."""

from dataclasses import dataclass

from traces.filters import TraceFilter
from traces.strata import Strata

from ..models import Batch, Queue
from ..sampling import Design, Way, percent

MOST = 100
BY_HAND = "Chosen by hand"


@dataclass(frozen=True)
class BatchRow:
    batch: Batch
    who: str
    filter: str
    design: str
    seed: str


def batch_rows(queue: Queue) -> list[BatchRow]:
    """The latest first."""
    batches = queue.batches.filter(added__gt=0).select_related("added_by", "rule").order_by("-pk")
    return [_row(batch, queue) for batch in batches[:MOST]]


def _row(batch: Batch, queue: Queue) -> BatchRow:
    design = Design.read(batch.design)
    rule = batch.filter.get("rule", "")
    who = f"Rule {batch.rule or rule}" if rule else str(batch.added_by or "The site")
    filter = TraceFilter.from_rows(batch.filter.get("filter", []))
    words = filter.describe(queue.project) if batch.filter else ""
    return BatchRow(batch, who, words, design_words(design), design.seed)


def design_words(design: Design) -> str:
    """ "10% of 1,204, of each status", "40 of each status, from 1,204"."""
    of = sum(design.population.values())
    match design.way:
        case Way.EVERYTHING:
            return "All that matched"
        case Way.CONVENIENCE:
            return BY_HAND
        case Way.UNKNOWN:
            return "Not noted"
    strata = Strata.read(design.strata).words
    each = f" of each {strata}" if strata else ""
    size = percent(design.rate) if design.rate is not None else f"{design.count:,}"
    return f"At random: {size}{each}, from {of:,}"
