"""What the review page shows: item, answers, form; or why there is nothing to decide."""

from dataclasses import dataclass, field
from datetime import datetime

from annotate_site.projects.models import User
from fields.widgets import AnswerWidget
from queues.actions.holds.reviewing import ReviewHold, has_opened, live_review, own_review
from queues.actions.items.rounds import others
from queues.endings import TEXT_KEPT
from queues.models import Item, Queue, QueueField
from queues.snapshots import item_reading
from queues.states import ItemStatus
from queues.visibility import annotated, reviewed_rounds
from traces.reading.sections import Reading

from ..actions.deciding import decision_sentence, present_decision
from ..actions.reviewing import ReviewDraft, answers_mark
from ..answers import asked_fields
from ..models import Review
from ..workspace.desk import make_widgets
from .side_by_side import AnsweredRound, Cell, Table, answers_of, rounds_of


@dataclass
class ReviewDesk:
    """`lapsed`: the time is over, and a decision still counts while nobody else decides."""

    queue: Queue
    item: Item
    reading: Reading
    table: Table
    past: list[AnsweredRound]
    widgets: list[AnswerWidget]
    draft: ReviewDraft
    version: int
    seen: str
    others: int
    hold: ReviewHold | None
    errors: dict[str, str] = field(default_factory=dict)
    remark_error: str = ""

    @property
    def missing(self) -> int:
        """How many other annotators the queue lacks to send the item to them."""
        return max(0, self.item.required - self.others)

    @property
    def saved(self) -> bool:
        return self.version > 0

    @property
    def finals(self) -> list["FinalValues"]:
        """The values to settle first, where answers differ; the rest is folded unless given."""
        differing = {row.field_id: row.cells for row in self.table.rows if row.state == "differ"}
        asked = [FinalValue(one, differing.get(one.field_id, [])) for one in self.widgets]
        open_ones = [one for one in asked if one.differing]
        rest = [one for one in asked if not one.differing]
        given = any(one.is_given for one in rest)
        title = "Other final values" if open_ones else "Final values"
        parts = [
            FinalValues("Final values", open_ones, is_open=True),
            FinalValues(title, rest, is_open=given),
        ]
        return [part for part in parts if part.values]


@dataclass(frozen=True)
class FinalValue:
    """A control for the value that counts. `differing`: the answers, one of which can be taken."""

    widget: AnswerWidget
    differing: list[Cell]

    @property
    def is_given(self) -> bool:
        return self.widget.answered or bool(self.widget.error)


@dataclass(frozen=True)
class FinalValues:
    title: str
    values: list[FinalValue]
    is_open: bool


@dataclass(frozen=True)
class ClosedReview:
    """Why the item cannot be decided now. `can_open`: the reviewer may open it."""

    sentence: str
    can_open: bool = False
    until: datetime | None = None
    past: list[AnsweredRound] = field(default_factory=list)


def final_fields(queue: Queue) -> list[QueueField]:
    """The queue's fields as a review asks them: none is required, none takes a note."""
    asked = asked_fields(queue)
    for one in asked:
        one.required = one.allow_note = False
    return asked


def open_review_desk(
    queue: Queue, item: Item, user: User, typed: ReviewDraft | None = None,
    errors: dict[str, str] | None = None, remark_error: str = "",
) -> ReviewDesk | None:  # fmt: skip
    """The desk of one who holds the item's review; None for everybody else."""
    hold = own_review(item, user) if item.status == ItemStatus.PENDING_REVIEW else None
    rounds = reviewed_rounds(item, user, holds=True) if hold else []
    if not rounds:
        return None
    asked = final_fields(queue)
    review = Review.objects.filter(
        item=item, round=item.round, reviewer=user, decided_at=None
    ).first()
    draft = typed or ReviewDraft.stored(review.draft if review else {})
    seen = answers_mark(item, item.round)  # before the answers: what comes between was not seen
    return ReviewDesk(
        queue=queue,
        item=item,
        reading=item_reading(item, queue),
        table=answers_of(item, item.round, asked, draft),
        past=rounds_of(item, rounds[1:], asked),
        widgets=make_widgets(asked, draft.final, errors or {}),
        draft=draft,
        version=review.version if review else 0,
        seen=seen,
        others=others(item),
        hold=hold,
        errors=errors or {},
        remark_error=remark_error,
    )


def closed_review(queue: Queue, item: Item, user: User) -> ClosedReview:
    """For one who does not hold the review: may they open it, and where the item is now."""
    if annotated(item, user):
        return ClosedReview("You annotated this item: somebody else reviews it.")
    if item.removed_at:
        return ClosedReview("This item was taken out of the queue.")
    if item.status == ItemStatus.PENDING_REVIEW:
        return _waiting(queue, item, user)
    return ClosedReview(_outcome(item), past=_readable(queue, item, user))


def why_review_over(queue: Queue, item: Item, round: int, user: User) -> tuple[str, str]:
    """Why a save found no hold of the reviewer's own any more: a word for the bar, a sentence."""
    if decided := present_decision(item, round):
        said = f"{decision_sentence(decided, user)} What you type is kept, but it is not used."
        return "Decided", said
    held = live_review(item)
    if held and held.annotator_id != user.pk:
        name = held.name or held.email
        return "Place gone", (
            f"You no longer hold this item: {name} is reviewing it. {TEXT_KEPT}"
            " If it is free again, the next save takes it."
        )
    word = "Time is over" if queue.is_working else "Closed"
    return word, f"{closed_review(queue, item, user).sentence} {TEXT_KEPT}"


def _waiting(queue: Queue, item: Item, user: User) -> ClosedReview:
    held = live_review(item)
    if held and held.annotator_id != user.pk:
        name = held.name or held.email
        return ClosedReview(f"{name} is reviewing this item.", until=held.expires_at)
    if not queue.is_working:
        return ClosedReview("This queue is closed; nothing can be reviewed.")
    if has_opened(item, user, item.round):
        sentence = "Your time for this item is over. Your draft is kept, and nobody else has it."
        return ClosedReview(sentence, can_open=True)
    return ClosedReview("This item waits for review.", can_open=True)


def _outcome(item: Item) -> str:
    if item.status == ItemStatus.COMPLETED:
        return "This item is completed."
    if item.round > 1:
        return f"This item is in round {item.round}: it comes back when its answers are in."
    return "This item does not have all its annotations yet."


def _readable(queue: Queue, item: Item, user: User) -> list[AnsweredRound]:
    """Rounds that have ended, for one who has held a review of the item."""
    rounds = reviewed_rounds(item, user, holds=False)
    return rounds_of(item, rounds, final_fields(queue)) if rounds else []
