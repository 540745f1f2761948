"""Share links of a queue: whoever comes by one annotates in that queue, and gets no more."""

from datetime import timedelta

from django.db import transaction

from annotate_site import sql
from annotate_site.errors import Refused
from annotate_site.projects.actions import add_member, lock_person
from annotate_site.projects.errors import LinkUnusable
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event, Role, User
from annotate_site.projects.queries import removed_at
from annotate_site.projects.tokens import hash_token, new_token

from ...models import Queue, ShareLink
from .members import add_members

# The database counts: of those who come at the same moment, no more than max_uses get in.
TAKE = """
update queues_sharelink set uses = uses + 1
 where id = %s and revoked_at is null and expires_at > clock_timestamp()
   and (max_uses is null or uses < max_uses)
returning uses
"""


def make_link(
    *, queue: Queue, by: User, lasting: timedelta, max_uses: int | None = None
) -> tuple[ShareLink, str]:
    """The link and its token, which is stored nowhere. `max_uses` None: as many as like."""
    token = new_token()
    with transaction.atomic():
        link = ShareLink.objects.create(
            queue=queue,
            created_by=by,
            max_uses=max_uses,
            token_hash=hash_token(token),
            expires_at=sql.clock() + lasting,
        )
        record(_event_of(link, "state", "", "open", Actor.person(by)))
    return link, token


def revoke_link(*, link: ShareLink, actor: Actor) -> bool:
    """False where it was revoked before."""
    with transaction.atomic():
        if not ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=sql.clock()):
            return False
        record(_event_of(link, "state", "open", "revoked", actor))
    return True


def usable_link(link_hash: str, user: User | None) -> ShareLink | None:
    """The link, if this person (None: a stranger) could use it now.

    Nobody comes back by a link to a queue or a project that they were removed from.
    """
    found = ShareLink.objects.select_related("queue__project", "created_by").filter(
        token_hash=link_hash,
        revoked_at=None,
        expires_at__gt=sql.clock(),
        queue__archived_at=None,
        queue__project__archived_at=None,
    )
    link = found.first()
    if link is None or (link.max_uses is not None and link.uses >= link.max_uses):
        return None
    return None if user and _is_barred(link.queue, user) else link


def use_link(*, link_hash: str, user: User) -> Queue:
    """Makes the person an annotator of the queue. One who is that already uses nothing up.

    Raises LinkUnusable; Refused for a site administrator, who may see answers elsewhere.
    """
    with transaction.atomic():
        person = lock_person(user)
        link = usable_link(link_hash, person)
        if link is None or not person.is_active:
            raise LinkUnusable
        if person.is_superuser:
            raise Refused(
                "Site administrators can see answers in the administration, so they do not "
                "annotate. Use an account without those rights."
            )
        if not annotates(link.queue, person):
            _let_in(link, person)
    return link.queue


def annotates(queue: Queue, user: User) -> bool:
    """Whether a link of this queue would give the person nothing new."""
    rights = queue.members.filter(user=user, removed_at=None, can_annotate=True)
    return rights.exists() and queue.project.memberships.filter(user=user).exists()


def _is_barred(queue: Queue, user: User) -> bool:
    if queue.members.filter(user=user).exclude(removed_at=None).exists():
        return True
    here = queue.project.memberships.filter(user=user).exists()
    return not here and removed_at(queue.project, user) is not None


def _let_in(link: ShareLink, person: User) -> None:
    queue, actor = link.queue, Actor.person(person)
    # A removal from the project locks this row first, so it is either over or still to come.
    here = queue.project.memberships.select_for_update(no_key=True).filter(user=person).first()
    taken = sql.one(TAKE, [link.pk])
    if taken is None or (not here and removed_at(queue.project, person)):
        raise LinkUnusable
    if not here:
        add_member(project=queue.project, user=person, role=Role.MEMBER, actor=actor)
    add_members(queue=queue, users=[person], actor=actor, can_annotate=True)
    record(_event_of(link, "uses", str(taken.uses - 1), str(taken.uses), actor))


def _event_of(link: ShareLink, attribute: str, was: str, now: str, actor: Actor) -> Event:
    queue = link.queue
    return change(
        queue.project_id, actor, "share_link", link.pk, attribute, was, now, queue=queue.pk
    )
