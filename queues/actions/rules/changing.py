"""Making, changing and deleting rules. A rule whose sample changes begins a new batch."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from annotate_site import sql
from annotate_site.errors import Refused, atomic_retry
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event, Project
from traces.arrivals import latest_place, unwatch, watch

from ... import locks
from ...models import Queue, Rule
from ...sampling import new_seed
from ..status import complete_if_done

CHANGEABLE = ("name", "rate", "cap", "enabled")


class RuleNameTaken(Refused):
    code = "name_taken"


@atomic_retry
def create_rule(
    *,
    queue: Queue,
    name: str,
    filter: Sequence[str],
    display: Mapping[str, Any],
    rate: float,
    cap: int | None,
    actor: Actor,
    seed: str = "",
) -> Rule:
    """It is on, and looks at what arrives from now on. Raises RuleNameTaken."""
    rule = Rule(
        project_id=queue.project_id, queue=queue, name=name, filter=list(filter),
        display=dict(display), rate=rate, cap=cap, seed=seed or new_seed(), created_by=actor.user,
    )  # fmt: skip
    _turn_on(rule)
    _store(rule)
    record(_event(rule, actor, "state", "", "on"))
    return rule


def change_rule(*, rule: Rule, changes: Mapping[str, Any], actor: Actor) -> Rule:
    """`changes`: new values of some of CHANGEABLE. A rule that is turned on again looks at what
    arrives from then on. Raises RuleNameTaken.
    """
    rule = _change(rule, changes, actor)
    complete_if_done(queue_id=rule.queue_id)
    return rule


@atomic_retry
def _change(rule: Rule, changes: Mapping[str, Any], actor: Actor) -> Rule:
    fresh = Rule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    was = {name: getattr(fresh, name) for name in CHANGEABLE}
    now = {name: value for name, value in changes.items() if value != was[name]}
    if not now:
        return fresh
    for name, value in now.items():
        setattr(fresh, name, value)
    if "rate" in now:
        fresh.batch = None
    if now.get("enabled"):
        _turn_on(fresh)
    _store(fresh)
    if "enabled" in now:
        _keep_watch(fresh.project)
    record(*(_event(fresh, actor, *_told(name, was[name], now[name])) for name in now))
    return fresh


@atomic_retry
def _delete(rule: Rule, actor: Actor) -> None:
    """What it added stays."""
    fresh = Rule.objects.select_for_update().get(pk=rule.pk)
    record(_event(fresh, actor, "state", "on" if fresh.enabled else "off", "deleted"))
    fresh.delete()
    _keep_watch(fresh.project)


def delete_rule(*, rule: Rule, actor: Actor) -> None:
    """What it added stays. Raises Rule.DoesNotExist."""
    _delete(rule, actor)
    complete_if_done(queue_id=rule.queue_id)


def _turn_on(rule: Rule) -> None:
    locks.watching(rule.project_id)
    watch(rule.project_id)
    rule.enabled, rule.since, rule.place = True, sql.clock(), latest_place(rule.project_id)


def _keep_watch(project: Project) -> None:
    """Arrivals are noted as long as some rule of the project is on."""
    locks.watching(project.pk)
    if not Rule.objects.filter(project=project, enabled=True).exists():
        unwatch(project.pk)


def _store(rule: Rule) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise RuleNameTaken(f"This queue has a rule named “{rule.name}” already.") from None


def _told(name: str, was: Any, now: Any) -> tuple[str, Any, Any]:
    if name == "enabled":
        return "state", "on" if was else "off", "on" if now else "off"
    return name, was, now


def _event(rule: Rule, actor: Actor, attribute: str, was: Any, now: Any) -> Event:
    return change(rule.project_id, actor, "rule", rule.pk, attribute, was, now, queue=rule.queue_id)
