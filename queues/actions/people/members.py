"""People of a queue: added, given rights, removed; and what happens to what they hold."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from annotate_site import sql
from annotate_site.errors import Refused
from annotate_site.projects import actions as project_actions
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event, Membership, NoticeKind, Project, User

from ... import locks
from ...errors import NotMember
from ...locks import lock_items
from ...models import Queue, QueueMember
from ...notices.actions import OF_MEMBERS, forget, invited
from ...review_holds import end_reviews
from ...states import Ending
from ..assignment.binding import free_bound
from ..holds.ending import end_holds


def add_members(
    *,
    queue: Queue,
    users: Sequence[User],
    actor: Actor,
    can_annotate: bool = False,
    can_review: bool = False,
) -> None:
    """Gives project members rights in the queue; who was removed comes back last in the order.

    Raises Refused for someone who is not a member of the project.
    """
    of_project = Membership.objects.filter(project=queue.project_id, user__in=users)
    if of_project.count() < len(set(users)):
        raise Refused("Only members of this project can be added to its queues.")
    with transaction.atomic():
        # One adding at a time, so that no two people have the same place in the order.
        Queue.objects.select_for_update(no_key=True).only("pk").get(pk=queue.pk)
        events: list[Event] = []
        told: list[User] = []
        order = (queue.members.aggregate(last=Max("order"))["last"] or 0) + 1
        for place, user in enumerate(users, order):
            changes = _add(queue, user, place, actor, can_annotate, can_review)
            events += changes
            told += [user] if changes else []
        record(*events)
        _invite(queue, told, actor)


def _add(
    queue: Queue, user: User, place: int, actor: Actor, annotate: bool, review: bool
) -> list[Event]:
    member, new = QueueMember.objects.select_for_update().get_or_create(
        queue=queue, user=user, defaults={"order": place}
    )
    was = "" if new else rights_of(member)
    if member.removed_at:
        member.removed_at, member.order = None, place
        member.can_annotate, member.can_review = annotate, review
    else:
        member.can_annotate |= annotate
        member.can_review |= review
    member.exhausted_at = None
    member.save(update_fields=["removed_at", "order", "can_annotate", "can_review", "exhausted_at"])
    events = _rights_events(queue, user, was, rights_of(member), actor)
    back = not was and member.away_at is not None
    return events + (_mark_away(queue, member, False, actor) if back else [])


def _invite(queue: Queue, users: Sequence[User], actor: Actor) -> None:
    """Tells those who have got rights, but for who took them: by a link, or as a manager."""
    people = [user.pk for user in users if user != actor.user]
    invited(project_id=queue.project_id, queue_id=queue.pk, people=people)


def set_rights(
    *, queue: Queue, user: User, can_annotate: bool, can_review: bool, actor: Actor
) -> None:
    """Changes a member's rights; no right left removes the person from the queue."""
    if not can_annotate and not can_review:
        return remove_member(queue=queue, user=user, actor=actor)
    with transaction.atomic():
        locks.exclude(queue.pk)
        member = queue.members.select_for_update().get(user=user, removed_at=None)
        was = rights_of(member)
        member.can_annotate, member.can_review = can_annotate, can_review
        member.save(update_fields=["can_annotate", "can_review"])
        events = _rights_events(queue, user, was, rights_of(member), actor)
        if not can_annotate:
            events += _take_back(queue, user, actor)
            forget(user=user, queue_id=queue.pk, kinds=[NoticeKind.SENT_BACK])
        if not can_review:
            events += _end_reviews(queue, user, actor)
            forget(user=user, queue_id=queue.pk, kinds=[NoticeKind.REVIEW])
        record(*events)
        if len(rights_of(member)) > len(was):
            _invite(queue, [user], actor)
    return None


def remove_member(*, queue: Queue, user: User, actor: Actor) -> None:
    """Ends the person's holds, keeps drafts and submitted work; a share link does not undo it."""
    with transaction.atomic():
        locks.exclude(queue.pk)
        member = queue.members.select_for_update().filter(user=user, removed_at=None).first()
        if member is None:
            return
        was = rights_of(member)
        member.removed_at = sql.clock()
        member.save(update_fields=["removed_at"])
        record(*_rights_events(queue, user, was, "", actor), *_take_back(queue, user, actor))
        record(*_end_reviews(queue, user, actor))
        forget(user=user, queue_id=queue.pk, kinds=OF_MEMBERS)


def set_away(*, queue: Queue, user: User, away: bool, actor: Actor) -> int:
    """Marks an annotator away, or back again; how many bound slots that frees.

    One who is away is dealt nothing and bound to nothing; what they hold stays theirs, and they may
    still work. Raises NotMember for one who does not annotate in the queue.
    """
    with transaction.atomic():
        locks.exclude(queue.pk)
        members = queue.members.select_for_update().filter(can_annotate=True, removed_at=None)
        member = members.filter(user=user).first()
        if member is None:
            raise NotMember(f"{user} does not annotate in this queue.")
        if (member.away_at is not None) == away:
            return 0
        record(*_mark_away(queue, member, away, actor))
        return free_bound(queue, actor, person=user.pk, reason="away") if away else 0


def _mark_away(queue: Queue, member: QueueMember, away: bool, actor: Actor) -> list[Event]:
    was, now = ("", "away") if away else ("away", "")
    member.away_at = sql.clock() if away else None
    member.save(update_fields=["away_at"])
    return [_event_of(queue, member.user_id, "away", was, now, actor)]


def end_all_work(*, user: User, actor: Actor, project_id: UUID | None = None) -> None:
    """Removes the person from every queue (of one project): deactivated, or no longer a member."""
    queues = Queue.objects.filter(members__user=user, members__removed_at=None)
    for queue in queues.filter(project=project_id) if project_id else queues:
        remove_member(queue=queue, user=user, actor=actor)


def rights_of(member: QueueMember) -> str:
    if member.removed_at:
        return ""
    rights = [("annotate", member.can_annotate), ("review", member.can_review)]
    return "+".join(name for name, given in rights if given)


def _rights_events(queue: Queue, user: User, was: str, now: str, actor: Actor) -> list[Event]:
    if was == now:
        return []
    return [_event_of(queue, user.pk, "rights", was, now, actor)]


def _event_of(
    queue: Queue, user_id: int, attribute: str, was: str, now: str, actor: Actor
) -> Event:
    one = f"{queue.pk.hex[-12:]}:{user_id}"
    return change(queue.project_id, actor, "queue_member", one, attribute, was, now, queue=queue.pk)


def _take_back(queue: Queue, user: User, actor: Actor) -> list[Event]:
    """Ends holds and frees bound slots of one who no longer annotates here."""
    held = sql.rows(
        "select id, item_id from queues_slot"
        " where queue_id = %s and state = 'held' and annotator_id = %s",
        [queue.pk, user.pk],
    )
    lock_items({row.item_id for row in held})
    free_bound(queue, actor, person=user.pk, reason=Ending.MEMBER_REMOVED)
    return end_holds(queue, [row.id for row in held], Ending.MEMBER_REMOVED, actor)


def _end_reviews(queue: Queue, user: User, actor: Actor) -> list[Event]:
    """Ends what one has open for review who no longer reviews here; drafts are kept."""
    return end_reviews(queue.project_id, queue.pk, Ending.MEMBER_REMOVED, actor, user=user)


def remove_person(*, project: Project, user: User, actor: Actor) -> None:
    """Out of the project and all its queues; submitted work stays and counts.

    Raises NotInProject, LastManager.
    """
    with transaction.atomic():
        project_actions.lock_membership(project, user)
        end_all_work(user=user, actor=actor, project_id=project.pk)
        project_actions.remove_member(project=project, user=user, actor=actor)


def deactivate_person(*, user: User, actor: Actor) -> None:
    """Shut out of the whole site: holds and sessions end; memberships and work stay."""
    with transaction.atomic():
        project_actions.set_active(user=user, active=False, actor=actor)
        end_all_work(user=user, actor=actor)
