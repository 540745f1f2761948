"""Writing events: one append-only row a change, in the transaction of the change."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotate_site import sql

from .models import Event, Job, Project, User
from .models.records import ActorKind


@dataclass(frozen=True)
class Actor:
    """Who changes something: a person, or the site itself."""

    kind: str
    user: User | None = None

    @classmethod
    def person(cls, user: User) -> "Actor":
        return cls(ActorKind.PERSON, user)

    @classmethod
    def token(cls, user: User) -> "Actor":
        """A program, in this person's name."""
        return cls(ActorKind.TOKEN, user)

    @classmethod
    def of_job(cls, job: Job) -> "Actor":
        """Whoever asked for the job, else the site."""
        return cls.person(job.created_by) if job.created_by else SYSTEM


BEAT = Actor(ActorKind.BEAT)
SYSTEM = Actor(ActorKind.SYSTEM)


def change(
    project: Project | UUID,
    actor: Actor,
    object_type: str,
    object_id: Any,
    attribute: str,
    before: Any,
    after: Any,
    *,
    queue: UUID | None = None,
    item: UUID | None = None,
    reason: str = "",
) -> Event:
    """An event not yet written; see `record`. Values are ids, states or names, never answers."""
    return Event(
        project_id=project if isinstance(project, UUID) else project.pk,
        queue_id=queue,
        item_id=item,
        actor=actor.user,
        actor_kind=actor.kind,
        object_type=object_type,
        object_id=str(object_id),
        attribute=attribute,
        from_value=_short(before),
        to_value=_short(after),
        reason=reason[:200],
    )


RECORD = """
insert into projects_event (project_id, queue_id, item_id, actor_id, actor_kind, object_type,
                            object_id, attribute, from_value, to_value, reason)
select project_id, queue_id, item_id, actor_id, actor_kind, object_type, object_id, attribute,
       from_value, to_value, reason
  from jsonb_to_recordset(%s::jsonb) as given(
       place int, project_id uuid, queue_id uuid, item_id uuid, actor_id bigint, actor_kind text,
       object_type text, object_id text, attribute text, from_value text, to_value text,
       reason text)
 order by place
returning id
"""
COLUMNS = (
    "project_id", "queue_id", "item_id", "actor_id", "actor_kind", "object_type", "object_id",
    "attribute", "from_value", "to_value", "reason",
)  # fmt: skip


def record(*events: Event) -> None:
    """Writes events in one statement, in the order given; each then has its id."""
    if not events:
        return
    given = [
        {"place": place} | {name: getattr(event, name) for name in COLUMNS}
        for place, event in enumerate(events)
    ]
    for event, row in zip(events, sql.rows(RECORD, [json.dumps(given, default=str)]), strict=True):
        event.pk = row.id
        event._state.adding = False


def _short(value: Any) -> str:
    return "" if value is None else str(value)[:200]
