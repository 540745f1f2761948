"""Writing events: one append-only row a change, in the transaction of the change."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from .models import Event, Project, User
from .models.records import ActorKind


@dataclass(frozen=True)
class Actor:
    """Who changes something: a person, or the site itself."""

    kind: str
    user: User | None = None

    @classmethod
    def person(cls, user: User) -> "Actor":
        return cls(ActorKind.PERSON, user)


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


def record(*events: Event) -> None:
    """Writes events in one statement, in the order given."""
    Event.objects.bulk_create(events)


def _short(value: Any) -> str:
    return "" if value is None else str(value)[:200]
