"""Creating a queue and changing its settings; page and admin call these alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from annotate_site import sql
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event, Project, User
from annotate_site.richtext import render_guidelines
from fields.models import Field

from .. import locks
from ..errors import QueueError, WrongState
from ..models import Queue, QueueDeal, QueueField
from ..states import QueueStatus
from .people import add_members
from .required import follow_required

# Settings that may change at any time; the fields and the number of annotations have own rules.
FREE_SETTINGS = (
    "name",
    "description",
    "guidelines",
    "timeout",
    "open_limit",
    "skip_reason_required",
    "requires_review",
    "hidden_extras",
    "due_date",
)
DRAFT_SETTINGS = ("annotations_required",)


class NameTaken(QueueError):
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
) -> Queue:
    """A draft queue with its fields and people. `settings`: see FREE_ and DRAFT_SETTINGS.

    Raises NameTaken; QueueError for a field or a person that is not of the project.
    """
    _demand_of_project(project, [asked.field for asked in fields])
    html = render_guidelines(settings.get("guidelines", ""))
    actor = Actor.person(by)
    queue = Queue(project=project, created_by=by, guidelines_html=html, **settings)
    try:
        with transaction.atomic():
            queue.save(force_insert=True)
            QueueDeal.objects.create(queue=queue)
            record(
                change(
                    project, actor, "queue", queue.pk, "status", "", queue.status, queue=queue.pk
                )
            )
            _store_fields(queue, fields, actor)
            add_members(queue=queue, users=annotators, actor=actor, can_annotate=True)
    except IntegrityError as error:
        raise _taken(error, queue.name) from None
    return queue


def change_settings(*, queue: Queue, settings: dict[str, Any], actor: Actor) -> Queue:
    """Stores changed settings, an event for each. Raises NameTaken, WrongState."""
    html = render_guidelines(settings["guidelines"]) if "guidelines" in settings else ""
    try:
        with transaction.atomic():
            locks.exclude(queue.pk)
            queue = Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
            changed = _apply(queue, settings)
            if "guidelines" in changed:
                queue.guidelines_html, queue.guidelines_changed_at = html, sql.clock()
                changed |= {"guidelines_html": None, "guidelines_changed_at": None}
            queue.save(update_fields=list(changed))
            _tell(queue, changed, actor)
            if "annotations_required" in changed:
                follow_required(queue, actor)
    except IntegrityError as error:
        raise _taken(error, settings.get("name", queue.name)) from None
    return queue


def change_fields(*, queue: Queue, fields: Sequence[Asked], actor: Actor) -> None:
    """The queue's fields anew; only while it is a draft. Raises WrongState."""
    _demand_of_project(queue.project, [asked.field for asked in fields])
    with transaction.atomic():
        locks.exclude(queue.pk)
        if Queue.objects.get(pk=queue.pk).status != QueueStatus.DRAFT:
            raise WrongState("This queue is no longer a draft; its fields stay as they are.")
        before = [row.field.name for row in queue.queue_fields.select_related("field")]
        queue.queue_fields.all().delete()
        _store_fields(queue, fields, actor, before)


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
    was, now = ", ".join(before), ", ".join(asked.field.name for asked in fields)
    record(change(queue.project_id, actor, "queue", queue.pk, "fields", was, now, queue=queue.pk))


def _apply(queue: Queue, settings: dict[str, Any]) -> dict[str, Any]:
    """Sets what differs; returns {name: value before}."""
    changed = {}
    for name, value in settings.items():
        if getattr(queue, name) == value:
            continue
        if name in DRAFT_SETTINGS and queue.status != QueueStatus.DRAFT:
            raise WrongState("The number of annotations can change only while it is a draft.")
        if name not in FREE_SETTINGS + DRAFT_SETTINGS:
            raise WrongState(f"{name} cannot be changed.")
        changed[name] = getattr(queue, name)
        setattr(queue, name, value)
    return changed


def _tell(queue: Queue, changed: dict[str, Any], actor: Actor) -> None:
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
        if field.project_id != project.pk or field.archived_at:
            raise QueueError(f"The field {field.name} cannot be used in this project.")


def _taken(error: IntegrityError, name: str) -> Exception:
    if "queue_name_unique" in str(error):
        return NameTaken(f"There is a queue named {name} in this project already.")
    return error
