"""Rules of a queue as its page lists them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from annotate_site import sql
from traces.filters import TraceFilter

from ..conditions import items_of_rule
from ..models import Queue, Rule, RuleRun
from ..sampling import percent

LATEST = 50
PRESENT = f"select {items_of_rule('%(rule)s')} as number"


def present_items(rule: Rule) -> int:
    """How many of its items are in the queue."""
    row = sql.one(PRESENT, {"rule": rule.pk})
    return row.number if row else 0


@dataclass(frozen=True)
class RuleRow:
    """`looked` at in all of its runs that are kept; `present`: its items in it now;
    `ran_at`: when it looked at something last.
    """

    rule: Rule
    filter: str
    present: int
    looked: int
    ran_at: datetime | None

    @property
    def share(self) -> str:
        return percent(self.rule.rate)

    @property
    def at_cap(self) -> bool:
        return self.rule.cap is not None and self.present >= self.rule.cap


def rule_rows(queue: Queue) -> list[RuleRow]:
    return [rule_row(rule) for rule in queue.rules.select_related("project")]


def rule_row(rule: Rule) -> RuleRow:
    looked = rule.runs.aggregate(n=Sum("looked"))["n"] or 0
    ran_at = rule.runs.order_by("-pk").values_list("at", flat=True).first()
    words = TraceFilter.from_rows(rule.filter).describe(rule.project)
    return RuleRow(rule, words, present_items(rule), looked, ran_at)


def latest_runs(rule: Rule) -> list[RuleRun]:
    return list(rule.runs.order_by("-pk")[:LATEST])
