"""What beat does with rules: each looks at the arrivals behind its place, a chunk a transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Coalesce

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import BEAT, change, record
from annotate_site.projects.models import Project
from traces.arrivals import Arrived, forget_unwatched, read_arrivals, settle
from traces.filters import TraceFilter
from traces.sources import SourceKind

from ... import locks
from ...errors import WrongState
from ...models import Batch, Queue, Rule, RuleRun
from ...models.queues import Completer
from ...queries.rules import present_items
from ...sampling import Design, Way
from ...states import QueueStatus
from ..items.adding import add_some, added_by, start_batch
from ..status import complete_if_done, lock_for_work

CHUNK = 500
BUDGET = timedelta(seconds=30)  # of one round: the rest is for the next minute
KEEP_RUNS = timedelta(days=90)
# The oldest come first in the primary key.
PRUNE = """
delete from queues_rulerun
 where id in (select id from queues_rulerun order by id limit 1000)
   and at < statement_timestamp() - %(keep)s
"""


def feed() -> int:
    """Runs every rule that is on until it has looked at all there is; how many traces it looked at.

    Fired twice it adds nothing twice.
    """
    over, looked = monotonic() + BUDGET.total_seconds(), 0
    for project in Project.objects.filter(rules__enabled=True).distinct():
        settle(project.pk)
    for rule in Rule.objects.filter(enabled=True).values_list("pk", flat=True):
        some = CHUNK
        while some == CHUNK and monotonic() < over:
            some = run_rule(rule_id=rule)
            looked += some
    forget_unwatched()
    sql.run(PRUNE, {"keep": KEEP_RUNS})
    return looked


def run_rule(*, rule_id: UUID) -> int:
    """One chunk: how many arrivals the rule has looked at.

    0 too where another worker runs it, its queue is paused, or has just changed under its hands:
    then they are looked at in the next round.
    """
    try:
        run = _run(rule_id)
    except WrongState:
        return 0
    if run is None:
        return 0
    complete_if_done(queue_id=run.rule.queue_id)
    return run.looked


@atomic_retry
def _run(rule_id: UUID) -> RuleRun | None:
    mine = Rule.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    rule = mine.select_related("queue__project", "batch").filter(pk=rule_id, enabled=True).first()
    if rule is None or rule.queue.status == QueueStatus.PAUSED:
        return None
    arrived = read_arrivals(rule.project_id, rule.place, CHUNK)
    if not arrived:
        return None
    run = RuleRun(rule=rule)
    looked = [one for one in arrived if one.created_at >= rule.since]
    if takes_nothing(rule.queue):
        run.passed_over = len(looked)
    else:
        _look(rule, looked, run)
    run.looked, rule.place = len(looked), arrived[-1].place
    rule.save(update_fields=["place", "batch"])
    if looked:
        run.save()
    return run


def takes_nothing(queue: Queue) -> bool:
    """Archived, or closed by hand: what arrives meanwhile is passed over for good."""
    closed = queue.status == QueueStatus.COMPLETED and queue.completed_by == Completer.PERSON
    return closed or queue.archived_at is not None


def _look(rule: Rule, arrived: Sequence[Arrived], run: RuleRun) -> None:
    """Adds those that match and are in the sample, as far as the cap allows; counts the others."""
    ids = [one.trace_id for one in arrived]
    filter = TraceFilter.from_rows(rule.filter)
    found = filter.queryset(rule.queue.project).filter(pk__in=ids)
    matching = set(found.values_list("pk", flat=True))
    design = design_of(rule)
    drawn = [pk for pk in ids if pk in matching and design.takes(str(pk), "", {})]
    run.not_matching = len(ids) - len(matching)
    run.not_drawn = len(matching) - len(drawn)
    if matching:
        _batch_of(rule, design, len(matching))
    if drawn:
        lock_for_work(rule.queue)
        locks.add(rule.queue_id)
        _add(rule, _new(rule, drawn, run), run)


def _new(rule: Rule, drawn: list[UUID], run: RuleRun) -> list[UUID]:
    """Those that the queue has not, and from which no person has removed them."""
    items = rule.queue.items.filter(source_kind=SourceKind.TRACE)
    known = items.filter(source_key__in=[str(pk) for pk in drawn])
    present = {key: at is None for key, at in known.order_by("seq").values_list(
        "source_key", "removed_at")}  # fmt: skip
    states = Counter(present.values())
    run.there, run.removed = states[True], states[False]
    return [pk for pk in drawn if str(pk) not in present]


def _add(rule: Rule, new: list[UUID], run: RuleRun) -> None:
    room = len(new) if rule.cap is None else max(rule.cap - present_items(rule), 0)
    some = new[:room]
    run.over_cap = len(new) - len(some)
    if not some:
        return
    assert rule.batch is not None
    before = _added_until_now(rule)
    keys, total = [str(pk) for pk in some], added_by(rule.batch)
    add_some(
        queue=rule.queue, kind=SourceKind.TRACE, keys=keys, batch=rule.batch, actor=BEAT,
        total=total,
    )  # fmt: skip
    now = _added_until_now(rule)
    run.added = now - before
    run.there += len(some) - run.added
    _tell(rule, before, now)


def _added_until_now(rule: Rule) -> int:
    total: int = rule.batches.aggregate(total=Coalesce(Sum("added"), 0))["total"]
    return total


def _tell(rule: Rule, before: int, now: int) -> None:
    if now > before:
        told = change(
            rule.project_id, BEAT, "rule", rule.pk, "added", before or "", now,
            queue=rule.queue_id,
        )  # fmt: skip
        record(told)


def design_of(rule: Rule) -> Design:
    """How its present batch is chosen; the population grows with each run."""
    known: dict[str, Any] = rule.batch.design if rule.batch else {}
    return Design(
        Way.RANDOM, rate=rule.rate, seed=rule.seed, population=known.get("population", {})
    )


def _batch_of(rule: Rule, design: Design, matching: int) -> Batch:
    """The rule's present batch, for a population that is larger by so many."""
    grown = design.of({"": design.population.get("", 0) + matching})
    if rule.batch is None:
        filter = {"all": "1", "filter": rule.filter, "rule": rule.name}
        rule.batch = start_batch(
            queue=rule.queue, by=rule.created_by, display=rule.display, filter=filter
        )
        rule.batch.rule = rule
    rule.batch.design = grown.stored()
    rule.batch.save(update_fields=["design", "rule"])
    return rule.batch
