"""Autosave: partial answers, guarded by a version and by nothing else, so text is never lost."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from annotate_site import sql
from annotate_site.errors import Refused, atomic_retry
from annotate_site.projects.models import User
from queues.actions.assignment.claiming import retake
from queues.actions.holds.hold import Hold, TimeLeft
from queues.actions.holds.keeping import own_hold_time, renew
from queues.conditions import annotates
from queues.errors import NeverHeld, NotMember
from queues.models import Item, Queue

from ..active_time import BOUNDED, more_of
from ..answers import Draft, is_too_long
from ..models import Annotation, AnnotationState


class DraftConflict(Refused):
    """Another tab saved meanwhile. Nothing was written; `theirs` and its version say what."""

    code = "draft_conflict"

    def __init__(self, theirs: Draft, version: int) -> None:
        super().__init__("This item was changed in another tab or window.")
        self.theirs = theirs
        self.version = version
        self.details = {"version": version}


class TooLong(Refused):
    """More than twice what its field takes: nothing was written, and the page keeps the text."""

    code = "too_long"
    status = 413

    def __init__(self) -> None:
        super().__init__("This text is far longer than its field takes. Nothing was saved of it.")


@dataclass(frozen=True)
class Saved:
    """`ignored`: it came after the submit, of which `submission` is the id. `lease`: of the hold
    one has, None where the text is kept but no slot is held any more. `hold`: a new one, taken
    because the old had lapsed.
    """

    version: int
    ignored: bool = False
    submission: UUID | None = None
    lease: TimeLeft | None = None
    hold: Hold | None = None

    @property
    def holding(self) -> bool:
        return self.lease is not None


MAY_WRITE = f"""
select {annotates("%(user)s", "%(queue)s")} as annotates,
       exists (select 1 from queues_reservation
                where item_id = %(item)s and round = %(round)s and annotator_id = %(user)s
                  and kind = 'annotate') as has_held
"""
# First save and later ones in one statement; no row comes back where the version has moved on.
SAVE = f"""
insert into reviews_annotation as a (queue_id, item_id, round, annotator_id, state, version, draft,
                                     field_set, active_ms, started_at, saved_at)
select %(queue)s, %(item)s, %(round)s, %(user)s, 'draft', 1, %(draft)s, '[]', {BOUNDED},
       clock_timestamp(), clock_timestamp() where %(version)s = 0
on conflict (item_id, round, annotator_id) do nothing
returning version
"""
UPDATE = f"""
update reviews_annotation
   set draft = %(draft)s, version = version + 1, saved_at = clock_timestamp(),
       active_ms = {more_of("active_ms", BOUNDED)}
 where item_id = %(item)s and round = %(round)s and annotator_id = %(user)s
   and state = 'draft' and version = %(version)s
returning version
"""
MARK = """
update queues_reservation
   set draft_saved_at = case when %(empty)s then null else clock_timestamp() end
 where token = %(token)s and annotator_id = %(user)s and item_id = %(item)s
   and coalesce(ending, '') not in ('submitted', 'skipped')
returning ended_at, ending
"""


def save_draft(
    *,
    queue: Queue,
    item: Item,
    round: int,
    user: User,
    token: UUID,
    version: int,
    draft: Draft,
    active_ms: int | None = None,
) -> Saved:
    """Keeps what stands in the form. `version` is the one the page has (0: never saved).

    After a lapse the text is kept all the same, and the slot taken again if one is free and the
    queue is active. Raises DraftConflict, NeverHeld, TooLong, NotMember: nothing is stored.
    """
    stored, marked = _save(queue, item, round, user, token, version, draft, active_ms)
    if stored.ignored:
        return stored
    lease = renew(user=user, token=token, now=False)
    if lease is None and marked and marked.ended_at is None:
        lease = own_hold_time(user=user, item_id=item.pk)
    if lease:
        return Saved(stored.version, lease=lease)
    hold = retake(queue=queue, item_id=item.pk, user=user, token=token)
    return Saved(stored.version, lease=hold, hold=hold)


@atomic_retry
def _save(
    queue: Queue,
    item: Item,
    round: int,
    user: User,
    token: UUID,
    version: int,
    draft: Draft,
    active_ms: int | None,
) -> tuple[Saved, Any | None]:
    """The text, and the reservation that is marked with it."""
    demand_held(queue, item, round, user)
    if is_too_long(draft, queue):
        raise TooLong
    stored = write_draft(
        queue=queue,
        item=item,
        round=round,
        user=user,
        version=version,
        draft=draft,
        active_ms=active_ms,
    )
    marked = None if stored.ignored else mark_draft(item, user, token, empty=draft.is_empty)
    return stored, marked


def demand_held(queue: Queue, item: Item, round: int, user: User) -> None:
    """Raises NotMember, and NeverHeld where the person never held the item in that round."""
    params = {"queue": queue.pk, "item": item.pk, "round": round, "user": user.pk}
    may = sql.one(MAY_WRITE, params)
    assert may is not None
    if not may.annotates:
        raise NotMember
    if not may.has_held:
        raise NeverHeld


def write_draft(
    *,
    queue: Queue,
    item: Item,
    round: int,
    user: User,
    version: int,
    draft: Draft,
    active_ms: int | None,
) -> Saved:
    """The annotation row alone; raises DraftConflict."""
    params = {
        "queue": queue.pk,
        "item": item.pk,
        "round": round,
        "user": user.pk,
        "version": version,
        "draft": Jsonb(draft.as_json()),
        "active_ms": active_ms,
    }
    row = sql.one(UPDATE, params) if version else sql.one(SAVE, params)
    if row:
        return Saved(row.version)
    there = Annotation.objects.filter(item=item, round=round, annotator=user).first()
    if there is None:  # a version of which nothing is left: text can be saved all the same
        return write_draft(
            queue=queue,
            item=item,
            round=round,
            user=user,
            version=0,
            draft=draft,
            active_ms=active_ms,
        )
    if there.state == AnnotationState.SUBMITTED:
        return Saved(there.version, ignored=True, submission=there.submission_id)
    if there.draft == draft.as_json():
        return Saved(there.version)
    raise DraftConflict(Draft.stored(there.draft), there.version)


def stored_version(item: Item, round: int, user: User) -> int:
    """Of what the person has written on the item in that round; 0: nothing yet."""
    mine = Annotation.objects.filter(item=item, round=round, annotator=user)
    return mine.values_list("version", flat=True).first() or 0


def mark_draft(item: Item, user: User, token: UUID, *, empty: bool) -> Any | None:
    """Notes on the reservation that it has a draft, so that Next can offer it again."""
    return sql.one(MARK, {"token": token, "user": user.pk, "item": item.pk, "empty": empty})
