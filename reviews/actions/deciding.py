"""Decisions on an item that waits for review: approve, send back, approve many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from annotate_site import sql
from annotate_site.errors import Refused, atomic_retry
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event, User
from fields.models import Field
from queues import lifecycle
from queues.actions.holds.reviewing import (
    demand_apart,
    demand_reviewer,
    demand_waiting,
    live_review,
)
from queues.actions.items.rounds import others, review_moves, send_back
from queues.actions.status import complete_if_done
from queues.errors import CannotReview, NotMember, WrongState
from queues.item_titles import item_heading
from queues.locks import lock_item
from queues.models import Item, Queue, QueueField
from queues.review_holds import end_reviews
from queues.states import Ending, ReviewState
from queues.visibility import note_opened

from .. import scores
from ..answers import Answer, judge
from ..models import Review
from ..results.differences import differing_fields
from .reviewing import (
    ReviewDraft,
    ReviewForm,
    answers_mark,
    demand_opened,
    own_draft,
    round_annotations,
    save_review,
)
from .submitting import Invalid

MOST_NAMED = 2  # fields, in a sentence


class AlreadyDecided(Refused):
    """Somebody was first; `review` is their decision, which holds."""

    code = "already_decided"

    def __init__(self, review: Review, by: User) -> None:
        super().__init__(f"{decision_sentence(review, by)} Your decision changed nothing.")
        self.review = review


class RemarkMissing(Refused):
    """The draft is kept, as `version`."""

    code = "remark_missing"

    def __init__(self, version: int) -> None:
        super().__init__("Write what needs to change, then send the item back.")
        self.version = version


class AnswersDiffer(Refused):
    """Approved, the item would have no one answer to the `fields`."""

    code = "answers_differ"

    def __init__(self, fields: Sequence[Field]) -> None:
        names = " and ".join(f"“{one.name}”" for one in fields[:MOST_NAMED])
        more = len(fields) - MOST_NAMED
        also = f" and {more} more field{'s' if more > 1 else ''}" if more > 0 else ""
        super().__init__(
            f"The answers to {names}{also} differ, and no final value is chosen."
            " Choose one, or press Approve again to approve the item as it is."
        )


VERDICTS: dict[str, str] = {
    Review.Decision.APPROVED: "approved this item",
    Review.Decision.REJECTED: "sent this item back",
}


def decision_sentence(review: Review, to: User) -> str:
    who = "You have" if review.reviewer_id == to.pk else f"{review.reviewer} has"
    return f"{who} {VERDICTS[review.decision]} already."


def approve_item(
    *, queue: Queue, user: User, form: ReviewForm, asked: Sequence[QueueField],
    unsettled: bool = False,
) -> None:  # fmt: skip
    """Approves the round's answers; final values become the item's resolution, beside the scores.

    `asked`: the queue's fields, none of them required. `unsettled`: also where answers differ and
    no final value settles them, which AnswersDiffer refuses otherwise. Raises Invalid with the
    draft kept, AlreadyDecided, ReviewConflict, CannotReview, WrongState, NotMember.
    """
    judged = judge(form.draft.final, asked)
    if judged.errors:
        raise Invalid(judged.errors, save_review(queue=queue, user=user, form=form).version)
    _approve(queue, user, form, judged.answers, [] if unsettled else asked)
    complete_if_done(queue_id=queue.pk)


@atomic_retry
def _approve(
    queue: Queue, user: User, form: ReviewForm, final: list[Answer], to_settle: Sequence[QueueField]
) -> None:
    item, project_id = _lock(queue, user, form)
    _demand_settled(item, final, to_settle)
    review = _decide(item, user, form, Review.Decision.APPROVED)
    scores.resolve(item, review, final)
    record(*_approved(item, project_id, review))


def reject_item(*, queue: Queue, user: User, form: ReviewForm, to_others: bool = False) -> None:
    """Sends the item back for another round: to its annotators, or to anybody but them.

    Raises RemarkMissing with the draft kept, CannotReview where too few others could take it (the
    sentence has the number), and what approve_item raises but Invalid and AnswersDiffer.
    """
    if not form.draft.trimmed.remark:
        raise RemarkMissing(save_review(queue=queue, user=user, form=form).version)
    _reject(queue, user, form, to_others)


@atomic_retry
def _reject(queue: Queue, user: User, form: ReviewForm, to_others: bool) -> None:
    item, project_id = _lock(queue, user, form)
    if to_others:
        _demand_others(item)
    review = _decide(item, user, form, Review.Decision.REJECTED)
    actor = Actor.person(user)
    events = [_event_of(review, project_id, item)]
    events += end_reviews(project_id, item.queue_id, Ending.DECIDED, actor, item_id=item.pk)
    record(*events, *send_back(item, project_id, actor, to_others=to_others))


@dataclass
class BulkOutcome:
    """How many were approved, and which were passed over: (title, why)."""

    approved: int = 0
    passed: list[tuple[str, str]] = field(default_factory=list)


def bulk_approve(*, queue: Queue, user: User, picks: Iterable[tuple[UUID, int]]) -> BulkOutcome:
    """Approves items as listed: (item id, the round shown). Each in a transaction of its own.

    Passed over: held by somebody else, annotated by oneself, one's own review begun, decided or
    in another round meanwhile, and what is left when the queue closes under way. Raises NotMember,
    WrongState where the queue is closed before anything was approved.
    """
    outcome = BulkOutcome()
    for item_id, round in picks:
        try:
            _approve_listed(queue, user, item_id, round)
        except NotMember:
            raise
        except Refused as refused:
            if isinstance(refused, Closed) and not outcome.approved:
                raise
            item = queue.items.only("title", "preview").get(pk=item_id)
            outcome.passed.append((str(item_heading(item, queue)), str(refused)))
        else:
            outcome.approved += 1
    complete_if_done(queue_id=queue.pk)
    return outcome


class Closed(WrongState):
    """The queue takes no decision any more."""


def present_decision(item: Item, round: int) -> Review | None:
    """The decision of a round, unless it was cleared."""
    decided = Review.objects.filter(item=item, round=round, decided_at__isnull=False)
    return decided.filter(cleared_at=None).select_related("reviewer").first()


def _lock(queue: Queue, user: User, form: ReviewForm) -> tuple[Item, UUID]:
    """Queue and item locked, everything that speaks against a decision looked at."""
    item = lock_item(queue, form.item.pk)
    fresh = demand_reviewer(queue, user)
    if first := present_decision(item, form.round):
        raise AlreadyDecided(first, user)
    if item.round != form.round:
        raise WrongState("This item has begun a new round. Your draft is kept with the old one.")
    demand_waiting(item)
    demand_apart(item, user)
    demand_opened(item, user, form.round)
    if answers_mark(item, item.round) != form.seen:
        raise WrongState("The answers have changed since you opened this page. Reload it.")
    return item, fresh.project_id


@atomic_retry
def _approve_listed(queue: Queue, user: User, item_id: UUID, round: int) -> None:
    item = lock_item(queue, item_id)
    first = present_decision(item, round)
    try:
        fresh = demand_reviewer(queue, user)
    except WrongState as closed:
        if first is None:  # else the last approval may have closed it
            raise Closed(str(closed)) from None
    if first:
        raise AlreadyDecided(first, user)
    if item.round != round:
        raise WrongState("It has begun a new round since the list was shown.")
    demand_waiting(item)
    demand_apart(item, user)
    held = live_review(item)
    if held and held.annotator_id != user.pk:
        raise CannotReview(f"{held.name or held.email} is reviewing it.")
    form = ReviewForm(item, round, _version(item, user), "", ReviewDraft())
    note_opened(user, [item.pk])
    review = _decide(item, user, form, Review.Decision.APPROVED)
    record(*_approved(item, fresh.project_id, review))


def _version(item: Item, user: User) -> int:
    """Of one's own draft, which holds nothing: words are not to be passed over."""
    drafts = Review.objects.filter(item=item, round=item.round, reviewer=user, decided_at=None)
    draft = drafts.first()
    if draft and not ReviewDraft.stored(draft.draft).is_empty:
        raise CannotReview("You have begun a review of it: open it and decide there.")
    return draft.version if draft else 0


def _decide(item: Item, user: User, form: ReviewForm, decision: str) -> Review:
    review = own_draft(item, user, form)
    review.decision, review.decided_at = decision, sql.clock()
    words = form.draft.trimmed
    review.remark, review.remarks = words.remark, words.remarks
    review.draft, review.version = {}, review.version + 1
    review.save()
    return review


def _approved(item: Item, project_id: UUID, review: Review) -> list[Event]:
    actor = Actor.person(review.reviewer)
    events = [_event_of(review, project_id, item)]
    events += end_reviews(project_id, item.queue_id, Ending.DECIDED, actor, item_id=item.pk)
    events += review_moves(item, project_id, actor, ReviewState.APPROVED)
    Item.objects.filter(pk=item.pk).update(review_state=item.review_state)
    return [*events, *lifecycle.settle(item, project_id, actor)]


def _event_of(review: Review, project_id: UUID, item: Item) -> Event:
    actor = Actor.person(review.reviewer)
    return change(
        project_id, actor, "review", review.pk, "decision", "", review.decision,
        queue=item.queue_id, item=item.pk,
    )  # fmt: skip


def _demand_settled(item: Item, final: list[Answer], to_settle: Sequence[QueueField]) -> None:
    open_fields = {one.field_id for one in to_settle} - {answer.field.pk for answer in final}
    if not open_fields:
        return
    differing = differing_fields(round_annotations(item, item.round))
    if left := [one for one in differing if one.pk in open_fields]:
        raise AnswersDiffer(left)


def _demand_others(item: Item) -> None:
    there = others(item)
    if (missing := item.required - there) > 0:
        raise CannotReview(
            f"{item.required} other annotators are needed, and this queue has {there}:"
            f" {missing} more must be added first. Or send it back to the same people."
        )
