"""What tests of rules share: a rule, and traces that arrive as if a sender had sent them."""

from typing import Any

from django.db import transaction

from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Project
from queues.actions.rules import create_rule
from queues.models import Queue, Rule, RuleRun
from traces.arrivals import note_arrivals
from traces.models import Trace

from .. import factories

DISPLAY = {"inputs": ["messages"], "outputs": ["messages"]}


def make_rule(queue: Queue, *rows: str, actor: Actor = SYSTEM, **more: Any) -> Rule:
    """On, for everything that arrives, unless told otherwise."""
    usual: dict[str, Any] = {"name": "Nightly", "rate": 1.0, "cap": None, "seed": "a1b2"}
    given = usual | {"display": DISPLAY, "filter": list(rows)} | more
    return create_rule(queue=queue, actor=actor, **given)


def arrive(project: Project, **more: Any) -> Trace:
    with transaction.atomic():
        trace = factories.make_trace(project, **more)
        note_arrivals(project.pk, [trace.pk])
    return trace


def counts(run: RuleRun) -> dict[str, int]:
    """What is not zero of a run."""
    names = (
        "looked", "added", "not_matching", "not_drawn", "there", "removed", "over_cap",
        "passed_over",
    )  # fmt: skip
    return {name: getattr(run, name) for name in names if getattr(run, name)}


def runs(rule: Rule) -> list[dict[str, int]]:
    return [counts(run) for run in rule.runs.order_by("pk")]


def sources(queue: Queue) -> set[str]:
    return set(queue.items.present().values_list("source_key", flat=True))
