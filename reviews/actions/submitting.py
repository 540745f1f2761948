"""Submit: the answers of one annotator on one item become scores, exactly once."""

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.errors import Refused, atomic_retry
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.idempotency import first_request, set_outcome, take_key
from annotate_site.projects.models import User
from queues import endings, lifecycle, locks
from queues.actions.status import complete_if_done
from queues.conditions import annotates, has_opened, is_for, may_take_again
from queues.endings import ENDINGS
from queues.errors import NeverHeld, NotMember
from queues.models import Item, Queue
from queues.states import Ending, SlotState

from ..answers import Draft, Judged, is_too_long, judge
from ..models import Annotation, AnnotationState
from ..scores import HoldToEnd, write_answers
from .drafts import DraftConflict, demand_held, mark_draft, write_draft


class Invalid(Refused):
    """Answers are missing or wrong; the draft is kept. `errors` as in `answers.Judged`."""

    code = "invalid"
    status = 422

    def __init__(self, errors: dict[str, str], version: int) -> None:
        super().__init__("Some answers are missing or need a change.")
        self.errors = errors
        self.version = version


class Conflict(Refused):
    """A submit that changes nothing more."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence, code=code)


@dataclass(frozen=True)
class Form:
    """What the page sends: the item and round it was rendered for, its token, and the answers."""

    item_id: UUID
    round: int
    token: UUID
    submission_id: UUID
    version: int
    draft: Draft
    active_ms: int | None = None

    def fingerprint(self) -> str:
        body = [str(self.item_id), self.round, self.draft.as_json()]
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


# The hold of this token; or, for one that has ended, the same person's newer hold of the item; or
# a slot of the round that is free for that person. `answered`: by whichever hold, it is done.
STATE = f"""
select r.id as reservation, r.ending, r.round, held.id as held, own.id as own,
       own.reservation as own_reservation,
       {annotates("%(user)s", "r.queue_id")} as annotates,
       exists (select from reviews_annotation a
                where a.item_id = r.item_id and a.round = r.round
                  and a.annotator_id = %(user)s and a.state = 'submitted') as answered,
       (select s.id from queues_slot s join queues_item i on i.id = s.item_id
         where s.item_id = r.item_id and s.round = r.round and i.round = r.round
           and {is_for("%(user)s")} and {may_take_again("%(user)s")}
         order by (s.assigned_to_id = %(user)s) desc nulls last, s.id limit 1) as free,
       (select {has_opened("%(user)s")} from queues_item i where i.id = r.item_id) as opened
  from queues_reservation r
  left join queues_slot held on held.id = r.slot_id and held.token = r.token
  left join lateral (
       select s.id, n.id as reservation
         from queues_slot s join queues_reservation n on n.token = s.token
        where s.item_id = r.item_id and s.round = r.round and s.state = 'held'
          and s.annotator_id = %(user)s and s.token <> r.token) own on true
 where r.token = %(token)s and r.annotator_id = %(user)s and r.item_id = %(item)s
   and r.kind = 'annotate'
"""
# The item's row, locked, and its queue as it is under the queue's lock.
ITEM = f"""
select {sql.columns(Item, "item", without=["snapshot", "preview"])},
       {sql.columns(Queue, "queue", without=["guidelines", "guidelines_html"])}
  from queues_item item join queues_queue queue on queue.id = item.queue_id
 where item.id = %(item)s and item.queue_id = %(queue)s
   for no key update of item
"""


def submit_annotation(
    *, queue: Queue, user: User, form: Form, asked: list[Any], goes_on: bool = False
) -> None:
    """Stores the answers. Raises Invalid, Conflict or DraftConflict; the text is kept each time.

    NotMember, and NeverHeld where the round is not the hold's, are raised before anything is kept.
    A repeat with the same submission id and body has the outcome of the first and changes nothing.
    Where the person `goes_on`, the claim that follows looks whether that was the queue's last item.
    Raises Item.DoesNotExist.
    """
    judged = judge(form.draft, asked)
    if judged.errors:
        raise Invalid(judged.errors, _keep(queue, user, form))
    if refused := _submit(queue, user, form, judged):
        raise refused
    if not goes_on:
        complete_if_done(queue_id=queue.pk)


@atomic_retry
def _keep(queue: Queue, user: User, form: Form) -> int:
    """The draft of answers that cannot be submitted; the version it has now.

    A text that is too long for a draft stays in the form alone. Raises NeverHeld, DraftConflict, or
    Conflict where another tab has submitted the item: nothing is kept.
    """
    item = queue.items.defer("snapshot").get(pk=form.item_id)
    demand_held(queue, item, form.round, user)
    if is_too_long(form.draft, queue):
        return form.version
    saved = write_draft(
        queue=queue,
        item=item,
        round=form.round,
        user=user,
        version=form.version,
        draft=form.draft,
        active_ms=form.active_ms,
    )
    if saved.ignored:
        raise Conflict("already_submitted", ENDINGS[Ending.SUBMITTED].refused)
    mark_draft(item, user, form.token, empty=form.draft.is_empty)
    return saved.version


@atomic_retry
def _submit(queue: Queue, user: User, form: Form, judged: Judged) -> Conflict | None:
    """A refusal is returned where it is to be remembered, so that it is committed; else raised."""
    key, accepted = str(form.submission_id), {"code": "accepted"}
    is_first = take_key(user, key, form.fingerprint(), accepted)
    return _store(queue, user, form, judged) if is_first else _repeat(queue, user, form)


def _repeat(queue: Queue, user: User, form: Form) -> Conflict | None:
    """What came of the first request with this submission id; None: it was accepted."""
    item = queue.items.only("pk").get(pk=form.item_id)
    demand_held(queue, item, form.round, user)
    before = first_request(user, str(form.submission_id))
    if before.retired_at:
        return Conflict("undone", ENDINGS[Ending.UNDONE].refused)
    if before.request_hash != form.fingerprint():
        return Conflict("other_body", "This submission was sent before with other answers.")
    outcome = before.outcome or {}
    accepted = outcome.get("code") == "accepted"
    return None if accepted else Conflict(outcome["code"], outcome["sentence"])


def _store(queue: Queue, user: User, form: Form, judged: Judged) -> Conflict | None:
    """The new submission."""
    locks.share(queue.pk)
    item = _lock_item(queue, form.item_id)
    state = sql.one(STATE, {"token": form.token, "user": user.pk, "item": item.pk})
    if state is None:
        raise Conflict("stale_hold", "This page is out of date. Reload it to continue.")
    if not state.annotates:
        raise NotMember
    if state.round != form.round:
        raise NeverHeld
    if sentence := _refusal(item, state):
        return _refuse(user, form, item, sentence)
    slot = state.held or state.own or state.free
    ended = state.own_reservation if state.own and not state.held else state.reservation
    store_answers(
        user,
        item,
        judged,
        draft=form.draft,
        version=form.version,
        submission_id=form.submission_id,
        active_ms=form.active_ms,
        hold=HoldToEnd(ended, slot),
    )
    was = SlotState.FREE if slot == state.free else SlotState.HELD
    _record(item, user, slot, was)
    return None


def _lock_item(queue: Queue, item_id: UUID) -> Item:
    row = sql.one(ITEM, {"item": item_id, "queue": queue.pk})
    if row is None:
        raise Item.DoesNotExist
    item = sql.made(Item, row, "item")
    item.queue = sql.made(Queue, row, "queue")
    return item


def _refusal(item: Item, state: Any) -> str:
    """Why the answers cannot count, "" if they can. Raises Conflict where nothing is to be kept."""
    if state.answered:
        raise Conflict("already_submitted", ENDINGS[Ending.SUBMITTED].refused)
    if item.removed_at:
        return ENDINGS[Ending.ITEM_REMOVED].refused
    if not item.queue.is_working:
        return ENDINGS[Ending.QUEUE_CLOSED].refused
    if state.round != item.round:
        return endings.NEW_ROUND
    if state.held or state.own:
        return ""
    if state.ending in endings.MAY_TAKE_AGAIN and state.free:
        return ""
    late = endings.OTHERS_SEEN if state.opened else endings.PLACE_TAKEN
    return endings.of(state.ending).refused or late


def _refuse(user: User, form: Form, item: Item, sentence: str) -> Conflict:
    """Keeps the answers as a draft marked refused, and the outcome for a repeat."""
    write_draft(
        queue=item.queue,
        item=item,
        round=form.round,
        user=user,
        version=form.version,
        draft=form.draft,
        active_ms=form.active_ms,
    )
    sql.run(
        "update queues_reservation set refused_at = clock_timestamp(),"
        " draft_saved_at = clock_timestamp() where token = %s",
        [form.token],
    )
    set_outcome(user, str(form.submission_id), {"code": "refused", "sentence": sentence})
    return Conflict("refused", sentence)


def store_answers(
    user: User,
    item: Item,
    judged: Judged,
    *,
    draft: Draft,
    version: int,
    submission_id: UUID | None,
    active_ms: int | None = None,
    hold: HoldToEnd | None = None,
) -> None:
    """Annotation and scores of the item's round, whose queue is loaded; a `hold` ends with them.

    Raises DraftConflict where another tab has saved since, Conflict where it is submitted already.
    """
    written = write_answers(
        user,
        item,
        judged,
        draft=draft,
        version=version,
        submission_id=submission_id,
        active_ms=active_ms,
        hold=hold,
    )
    if written:
        return
    there = Annotation.objects.get(item=item, round=item.round, annotator=user)
    if there.state == AnnotationState.SUBMITTED:
        raise Conflict("already_submitted", ENDINGS[Ending.SUBMITTED].refused)
    raise DraftConflict(Draft.stored(there.draft), there.version)


def annotation_key(item: Item, user: User) -> str:
    """How events name an annotation of the item's present round."""
    return f"{item.pk.hex[-12:]}:{item.round}:{user.pk}"


def _record(item: Item, user: User, slot: int, was: str) -> None:
    actor, project = Actor.person(user), item.queue.project_id
    event_of = partial(change, project, actor, queue=item.queue_id, item=item.pk)
    record(
        event_of("slot", slot, "state", was, SlotState.DONE),
        event_of("annotation", annotation_key(item, user), "state", "", AnnotationState.SUBMITTED),
        *lifecycle.settle(item, project, actor),
    )
