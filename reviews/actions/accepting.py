"""Accept: a manager takes refused work after all, as one annotation more."""

from functools import partial

from django.db import transaction

from annotate_site import sql
from annotate_site.errors import Refused
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event, User
from queues import lifecycle
from queues.actions.holds.ending import clear_marks
from queues.actions.holds.expiry import reap
from queues.actions.items.rounds import undecide
from queues.actions.status import complete_if_done, lock_for_work, reopened_by_work
from queues.conditions import has_opened
from queues.models import Item, Queue, Reservation
from queues.states import ItemStatus, ReviewState, SlotState

from ..answers import Draft, asked_fields, judge
from ..models import Annotation, AnnotationState
from ..results.publishing import republish
from .submitting import annotation_key, store_answers


class CannotAccept(Refused):
    code = "cannot_accept"


# The slot is made done: nobody else can ever have it.
MAKE = """
with wider as (
  update queues_item set extra = extra + 1, required = required + 1 where id = %(item)s
), taken as (
  update queues_reservation set ending = 'submitted', draft_saved_at = null, refused_at = null,
         cleared_at = null
   where id = %(reservation)s
)
insert into queues_slot (queue_id, item_id, round, rank, seq, state, annotator_id, bound_why)
select queue_id, id, round, -priority, seq, 'done', %(user)s, ''
  from queues_item where id = %(item)s
returning id
"""


def accept_refused(*, queue: Queue, reservation: Reservation, by: User) -> None:
    """The refused answers count: the item requires one more, and its decision is cleared.

    Judged again, by the queue's fields as they are. Raises CannotAccept with the reason,
    WrongState where the queue is archived or was closed by hand.
    """
    reap(queue_id=queue.pk, first=reservation.annotator)
    with transaction.atomic():
        queue = lock_for_work(queue)
        items = Item.objects.select_for_update(no_key=True, of=("self",)).select_related("queue")
        item = items.defer("snapshot").get(pk=reservation.item_id, queue=queue)
        fresh = Reservation.objects.select_related("annotator").get(pk=reservation.pk)
        _demand_acceptable(queue, item, fresh, by)
        record(*_accept(queue, item, fresh, Actor.person(by)))
        if item.status != ItemStatus.COMPLETED:
            reopened_by_work(queue, Actor.person(by))
    complete_if_done(queue_id=queue.pk)


AUTHOR = f"""
select exists (select 1 from queues_slot where item_id = %(item)s and round = %(round)s
                  and annotator_id = %(user)s and state in ('held', 'done')) as has_place,
       {has_opened("%(user)s")} as seen from queues_item i where i.id = %(item)s
"""


def _demand_acceptable(queue: Queue, item: Item, refused: Reservation, by: User) -> None:
    params = {"item": item.pk, "round": item.round, "user": refused.annotator_id}
    author = sql.one(AUTHOR, params)
    assert author is not None
    annotates = queue.members.filter(user=by, can_annotate=True, removed_at=None)
    refusals = (
        (annotates.exists(), "You annotate in this queue: another manager has to decide this."),
        (refused.refused_at is None, "This work is not refused any more. Reload the page."),
        (item.removed_at, "This item was taken out of the queue. Restore it first."),
        (
            refused.round != item.round,
            "This item has begun a new round; the work is of an old one.",
        ),
        (author.has_place, "Its author has a place on this item now and can submit it."),
        (author.seen, "Its author has seen others' answers of this item since."),
    )
    for refusal, sentence in refusals:
        if refusal:
            raise CannotAccept(sentence)


def _accept(queue: Queue, item: Item, refused: Reservation, actor: Actor) -> list[Event]:
    author = refused.annotator
    annotation = Annotation.objects.filter(
        item=item, round=item.round, annotator=author, state=AnnotationState.DRAFT
    ).first()
    draft = Draft.stored(annotation.draft) if annotation else Draft()
    judged = judge(draft, asked_fields(queue))
    if annotation is None or judged.errors:
        raise CannotAccept("These answers are missing something, or no longer fit the fields.")
    params = {"item": item.pk, "reservation": refused.pk, "user": author.pk}
    slot = sql.one(MAKE, params)
    assert slot is not None
    event_of = partial(change, queue.project_id, actor, queue=queue.pk, item=item.pk)
    events = [
        event_of("item", item.pk, "extra", item.extra, item.extra + 1),
        event_of("slot", slot.id, "state", "", SlotState.DONE),
        event_of(
            "annotation", annotation_key(item, author), "state", "", AnnotationState.SUBMITTED
        ),
    ]
    item.extra, item.required = item.extra + 1, item.required + 1
    store_answers(author, item, judged, draft=draft, version=annotation.version, submission_id=None)
    clear_marks(item, author)
    if item.review_state == ReviewState.APPROVED:
        events += undecide(item, queue.project_id, actor)
    events += lifecycle.settle(item, queue.project_id, actor)
    if item.status == ItemStatus.COMPLETED:
        republish(item)
    return events
