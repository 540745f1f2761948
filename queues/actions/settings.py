"""Creating a queue and changing its settings; page and admin call these alike."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from annotate_site import sql
from annotate_site.errors import Refused
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event, Job, Project, User
from annotate_site.richtext import render_guidelines
from fields.models import Field

from .. import locks
from ..errors import WrongState
from ..models import Queue, QueueDeal, QueueField, QueueMember
from ..states import BoundWhy, QueueStatus
from .assignment.binding import free_bound
from .guidelines import keep_version
from .items.required import Following, follow_later, follow_now, store_number
from .people.members import add_members

# Settings that may change at any time; the fields and the number of annotations have own rules.
FREE_SETTINGS = (
    "name",
    "description",
    "guidelines",
    "timeout",
    "open_limit",
    "skip_reason_required",
    "requires_review",
    "strategy",
    "help_others",
    "hidden_extras",
    "due_date",
)
DRAFT_SETTINGS = ("annotations_required",)


class NameTaken(Refused):
    code = "name_taken"


@dataclass(frozen=True)
class Asked:
    """A field as a queue asks it, in order of the list."""

    field: Field
    required: bool = True
    allow_note: bool = False


def create_queue(
    *,
    project: Project,
    by: User,
    settings: dict[str, Any],
    fields: Sequence[Asked],
    annotators: Sequence[User] = (),
    like: Sequence[QueueMember] = (),
    reason: str = "",
) -> Queue:
    """A draft queue with its fields and people. `settings`: see FREE_ and DRAFT_SETTINGS; `like`:
    members of another queue, who get the same rights here; `reason` is kept with the event.

    Raises NameTaken; Refused for a field or a person that is not of the project.
    """
    _demand_of_project(project, [asked.field for asked in fields])
    html = render_guidelines(settings.get("guidelines", ""))
    actor = Actor.person(by)
    queue = Queue(project=project, created_by=by, guidelines_html=html, **settings)
    with _names(queue, settings), transaction.atomic():
        queue.save(force_insert=True)
        QueueDeal.objects.create(queue=queue)
        record(_status_event(queue, actor, reason))
        _store_fields(queue, fields, actor)
        add_members(queue=queue, users=annotators, actor=actor, can_annotate=True)
        for (annotates, reviews), some in groupby(like, key=_rights_of):
            rights = {"can_annotate": annotates, "can_review": reviews}
            add_members(queue=queue, users=[one.user for one in some], actor=actor, **rights)
    return queue


def _rights_of(member: QueueMember) -> tuple[bool, bool]:
    return member.can_annotate, member.can_review


def change_settings(
    *,
    queue: Queue,
    settings: dict[str, Any],
    actor: Actor,
    fields: Sequence[Asked] | None = None,
    number: int | None = None,
    raise_completed: bool = False,
) -> Job | None:
    """Stores changed settings, an event for each; and with them the fields and the number of
    annotations, all or nothing. None: that stays as it is.

    Returns the job by which items follow the number, if any. Raises NameTaken, WrongState, and what
    `change_fields` and `change_required` raise.
    """
    with _names(queue, settings):
        html = render_guidelines(settings["guidelines"]) if "guidelines" in settings else ""
        with transaction.atomic():
            following = _store_settings(queue, settings, html, actor)
            if fields is not None:
                change_fields(queue=queue, fields=fields, actor=actor)
            if number is not None or raise_completed:
                following = store_number(queue, number, raise_completed, actor)
    if following:
        follow_now(*following)
    return following[0] if following else None


def _store_settings(
    queue: Queue, settings: dict[str, Any], html: str, actor: Actor
) -> Following | None:
    """By which job its items follow; in the caller's transaction."""
    locks.exclude(queue.pk)
    queue = Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
    changed = _apply(queue, settings)
    if "guidelines" in changed:
        queue.guidelines_html, queue.guidelines_changed_at = html, sql.clock()
        keep_version(queue, changed["guidelines"])
        changed |= {"guidelines_html": None, "guidelines_changed_at": None}
    queue.save(update_fields=list(changed))
    _record_changes(queue, changed, actor)
    if "strategy" in changed:
        free_bound(queue, actor, why=BoundWhy.DEAL, reason="strategy")
    number = "annotations_required" in changed
    return follow_later(queue, False, actor) if number else None


@contextmanager
def _names(queue: Queue, settings: dict[str, Any]) -> Iterator[None]:
    """A name that another queue has is told as such."""
    try:
        yield
    except IntegrityError as error:
        raise _taken(error, settings.get("name", queue.name)) from None


def change_fields(*, queue: Queue, fields: Sequence[Asked], actor: Actor) -> None:
    """What the queue asks from now on, in the order given.

    In a draft the fields anew. Later a field that is left out is retired: hidden from new
    annotations, its answers kept and exported. One that stays keeps whether it is required and
    takes a note. Raises Refused for a field that cannot be used; WrongState where none is left.
    """
    with transaction.atomic():
        locks.exclude(queue.pk)
        queue = Queue.objects.select_related("project").get(pk=queue.pk)
        rows = {row.field_id: row for row in queue.queue_fields.select_related("field")}
        asked = [row for row in rows.values() if row.retired_at is None]
        known = {row.field_id for row in asked}
        _demand_of_project(queue.project, [a.field for a in fields if a.field.pk not in known])
        before = [row.field.name for row in asked]
        if queue.status == QueueStatus.DRAFT:
            queue.queue_fields.all().delete()
            _store_fields(queue, fields, actor, before)
        elif not fields:
            raise WrongState("A queue in use needs at least one field. Nothing was changed.")
        else:
            _follow_fields(queue, fields, rows)
            _tell_fields(queue, before, fields, actor)


def _follow_fields(queue: Queue, fields: Sequence[Asked], rows: dict[UUID, QueueField]) -> None:
    """Adds, reorders, retires and takes up again; the rows of a queue in use are never deleted."""
    for order, asked in enumerate(fields):
        row = rows.pop(asked.field.pk, None)
        if row is None or row.retired_at:
            row = row or QueueField(queue=queue, field=asked.field)
            row.required, row.allow_note, row.retired_at = asked.required, asked.allow_note, None
        row.order = order
        row.save()
    left = [row.pk for row in rows.values() if row.retired_at is None]
    QueueField.objects.filter(pk__in=left).update(retired_at=sql.clock())


def _store_fields(
    queue: Queue, fields: Sequence[Asked], actor: Actor, before: Sequence[str] = ()
) -> None:
    QueueField.objects.bulk_create(
        QueueField(
            queue=queue,
            field=asked.field,
            order=order,
            required=asked.required,
            allow_note=asked.allow_note,
        )
        for order, asked in enumerate(fields)
    )
    _tell_fields(queue, before, fields, actor)


def _tell_fields(
    queue: Queue, before: Sequence[str], fields: Sequence[Asked], actor: Actor
) -> None:
    was, now = ", ".join(before), ", ".join(asked.field.name for asked in fields)
    record(change(queue.project_id, actor, "queue", queue.pk, "fields", was, now, queue=queue.pk))


def _apply(queue: Queue, settings: dict[str, Any]) -> dict[str, Any]:
    """Sets what differs; returns {name: value before}."""
    changed = {}
    for name, value in settings.items():
        if getattr(queue, name) == value:
            continue
        if name in DRAFT_SETTINGS and queue.status != QueueStatus.DRAFT:
            raise WrongState("This queue is in use: change the number of annotations on its own.")
        if name not in FREE_SETTINGS + DRAFT_SETTINGS:
            raise WrongState(f"{name} cannot be changed.")
        changed[name] = getattr(queue, name)
        setattr(queue, name, value)
    return changed


def _record_changes(queue: Queue, changed: dict[str, Any], actor: Actor) -> None:
    events: list[Event] = []
    for name, before in changed.items():
        if name in ("guidelines_html", "guidelines_changed_at"):
            continue
        after = getattr(queue, name)
        if name == "guidelines":
            before, after = "", ""  # texts are not kept in events
        events.append(
            change(queue.project_id, actor, "queue", queue.pk, name, before, after, queue=queue.pk)
        )
    record(*events)


def _demand_of_project(project: Project, fields: Sequence[Field]) -> None:
    for field in fields:
        if not field.can_be_used_in(project):
            raise Refused(f"The field {field.name} cannot be used in this project.")


def _status_event(queue: Queue, actor: Actor, reason: str) -> Event:
    project = queue.project_id
    return change(
        project, actor, "queue", queue.pk, "status", "", queue.status, queue=queue.pk, reason=reason
    )


def _taken(error: IntegrityError, name: str) -> Exception:
    if "queue_name_unique" in str(error):
        return NameTaken(f"There is a queue named {name} in this project already.")
    return error
