"""The people of a project as its managers see them: role, queues, since when."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from annotate_site.projects.models import Membership, Project, Role, User

from ..models import Queue, QueueMember

SORTS = {
    "name": ("user__name", "user__email"),
    "role": ("role", "user__name"),
    "joined": ("created_at", "id"),
}
QUEUES_SHOWN = 3
MOST_IN_A_LIST = 500


@dataclass(frozen=True)
class InQueue:
    pk: UUID
    name: str
    rights: str


@dataclass(frozen=True)
class Person:
    """One row. `more_queues`: how many beyond those in `queues`."""

    pk: int
    name: str
    email: str
    role: str
    joined: datetime
    active: bool
    is_me: bool
    queues: list[InQueue]
    more_queues: int
    other_roles: list[tuple[str, str]]


def people_of(project: Project, *, search: str, role: str, sort: str) -> QuerySet[Membership]:
    """Members whose name or e-mail contains `search`. `sort`: a key of SORTS, "-" before it."""
    members = project.memberships.select_related("user")
    if search:
        members = members.filter(_named(search))
    if role in Role.values:
        members = members.filter(role=role)
    columns = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    sign = "-" if sort.startswith("-") else ""
    return members.order_by(*(sign + column for column in columns))


def everyone_in(queue: Queue) -> list[User]:
    """Who is or was in the queue, by name; the first 500."""
    people = User.objects.filter(pk__in=QueueMember.objects.filter(queue=queue).values("user"))
    return list(people.order_by("name", "email")[:MOST_IN_A_LIST])


def members_of(queue: Queue, search: str) -> QuerySet[QueueMember]:
    """Who is in the queue, in its order; by name or e-mail."""
    members = queue.members.filter(removed_at=None).select_related("user")
    return members.filter(_named(search)) if search else members


def _named(search: str) -> Q:
    return Q(user__name__icontains=search) | Q(user__email__icontains=search)


def rows(project: Project, members: Iterable[Membership], me: User) -> list[Person]:
    """Two statements, however many members."""
    listed = list(members)
    queues = _queues_of(project, [member.user_id for member in listed])
    return [_person(member, queues[member.user_id], me) for member in listed]


def _person(member: Membership, queues: list[InQueue], me: User) -> Person:
    return Person(
        pk=member.user_id,
        name=str(member.user),
        email=member.user.email,
        role=Role(member.role).label,
        joined=member.created_at,
        active=member.user.is_active,
        is_me=member.user_id == me.pk,
        queues=queues[:QUEUES_SHOWN],
        more_queues=max(0, len(queues) - QUEUES_SHOWN),
        other_roles=[(str(role), role.label.lower()) for role in Role if role != Role(member.role)],
    )


def _queues_of(project: Project, user_ids: list[int]) -> dict[int, list[InQueue]]:
    found: dict[int, list[InQueue]] = defaultdict(list)
    in_queues = (
        QueueMember.objects.filter(
            queue__project=project,
            queue__archived_at=None,
            user__in=user_ids,
            removed_at=None,
        )
        .select_related("queue")
        .only("user_id", "can_annotate", "can_review", "queue__name")
        .order_by("-queue__created_at")
    )
    for one in in_queues:
        given = [("annotates", one.can_annotate), ("reviews", one.can_review)]
        rights = " and ".join(word for word, has in given if has)
        found[one.user_id].append(InQueue(one.queue_id, one.queue.name, rights))
    return found
