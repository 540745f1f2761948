"""A review as it is being written: remarks and final values, saved as one types."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Prefetch

from annotate_site import sql
from annotate_site.errors import Refused, atomic_retry
from annotate_site.projects.models import User
from annotate_site.text import clean_text
from queues.actions.holds.reviewing import (
    ReviewHold,
    demand_reviews,
    has_opened,
    open_review,
    own_review,
    renew_review,
)
from queues.errors import CannotReview, WrongState
from queues.locks import lock_item
from queues.models import Item, Queue, QueueField

from ..answers import Draft, is_too_long, read_draft
from ..models import Annotation, AnnotationState, Review, Score
from .drafts import TooLong

MOST_REMARK = 4000  # characters


@dataclass(frozen=True)
class ReviewDraft:
    """`remarks`: {"<annotation id>:<field id>": text} on single answers; `final`: values given."""

    remark: str = ""
    remarks: dict[str, str] = field(default_factory=dict)
    final: Draft = field(default_factory=Draft)

    @classmethod
    def stored(cls, raw: Mapping[str, Any]) -> "ReviewDraft":
        final = Draft(dict(raw.get("values", {})))
        return cls(raw.get("remark", ""), dict(raw.get("remarks", {})), final)

    def as_json(self) -> dict[str, Any]:
        return {"remark": self.remark, "remarks": self.remarks, "values": self.final.values}

    @property
    def as_posted(self) -> dict[str, Any]:
        """As the page names it: `values` for each `f-<field>`, `notes` for whatever is `n-…`."""
        remarks = {key.replace(":", "-"): text for key, text in self.remarks.items()}
        return {"values": self.final.values, "notes": {"remark": self.remark} | remarks}

    @property
    def trimmed(self) -> "ReviewDraft":
        """As a decision says it: no blanks around a remark, and none of blanks alone."""
        remarks = {key: text.strip() for key, text in self.remarks.items() if text.strip()}
        return replace(self, remark=self.remark.strip(), remarks=remarks)

    @property
    def is_empty(self) -> bool:
        words = self.trimmed
        return not words.remark and not words.remarks and self.final.is_empty


@dataclass(frozen=True)
class ReviewForm:
    """What the page sends: the round it shows, the draft's version, and the answers it shows.

    `seen` is `answers_mark` of the answers on the page.
    """

    item: Item
    round: int
    version: int
    seen: str
    draft: ReviewDraft


class ReviewConflict(Refused):
    """The same reviewer saved in another tab; nothing was written. `theirs`, `version`: of that."""

    code = "draft_conflict"

    def __init__(self, theirs: ReviewDraft, version: int) -> None:
        super().__init__("You changed this review in another tab or window. Reload the page.")
        self.theirs = theirs
        self.version = version


@dataclass(frozen=True)
class SavedReview:
    """`hold`: the one the reviewer has, None where they cannot have the item again."""

    version: int
    hold: ReviewHold | None

    @property
    def holding(self) -> bool:
        return self.hold is not None


def read_review_draft(
    posted: Any, asked: Sequence[QueueField], annotations: Iterable[Annotation]
) -> ReviewDraft:
    """From `n-remark`, `n-<annotation>-<field>` of these annotations, and `f-<field>`."""
    remarks = {}
    for annotation in annotations:
        for score in annotation.scores.all():
            text = _text(posted, f"n-{annotation.pk}-{score.field_id}")
            if text:
                remarks[f"{annotation.pk}:{score.field_id}"] = text
    return ReviewDraft(_text(posted, "n-remark"), remarks, Draft(read_draft(posted, asked).values))


def round_annotations(item: Item, round: int) -> list[Annotation]:
    """The submitted annotations of a round, oldest first, with their present scores."""
    return annotations_of(item, [round])[round]


def annotations_of(item: Item, rounds: Iterable[int]) -> dict[int, list[Annotation]]:
    """The same of several rounds, in two statements; [] for a round without any."""
    found: dict[int, list[Annotation]] = {number: [] for number in rounds}
    rows = Annotation.objects.filter(item=item, round__in=found, state=AnnotationState.SUBMITTED)
    present = Score.objects.present().select_related("field").order_by("pk")
    rows = rows.select_related("annotator").prefetch_related(Prefetch("scores", present))
    for one in rows.order_by("submitted_at", "pk"):
        found[one.round].append(one)
    return found


MARK = """
select coalesce(string_agg(id || '.' || version, '-' order by id), '') as mark
  from reviews_annotation
 where item_id = %(item)s and round = %(round)s and state = 'submitted'
"""


def answers_mark(item: Item, round: int) -> str:
    """Which answers, in which versions, a round has: a decision names those it was made on."""
    row = sql.one(MARK, {"item": item.pk, "round": round})
    assert row is not None
    return str(row.mark)


def save_review(*, queue: Queue, user: User, form: ReviewForm) -> SavedReview:
    """Keeps the draft, whether the hold lives or not; a lapsed one is taken again if it can be.

    Raises ReviewConflict, CannotReview for one who never opened the item, TooLong, NotMember.
    """
    item, version = _write(queue, user, form)
    renew_review(item=item, user=user, now=False)
    hold = own_review(item, user) or _again(queue, item, form.round, user)
    return SavedReview(version, hold)


@atomic_retry
def _write(queue: Queue, user: User, form: ReviewForm) -> tuple[Item, int]:
    """The draft alone; the item, and the version that the draft has now."""
    item = lock_item(queue, form.item.pk)
    demand_reviews(queue, user)
    demand_opened(item, user, form.round)
    if is_too_long(form.draft.final, queue):
        raise TooLong
    review = own_draft(item, user, form)
    review.draft = form.draft.as_json()
    review.version += 1
    review.save()
    return item, review.version


def own_draft(item: Item, user: User, form: ReviewForm) -> Review:
    """The reviewer's undecided review of the form's round, new (version 0) if there is none.

    The caller holds the item's row lock. Raises ReviewConflict.
    """
    drafts = Review.objects.filter(item=item, round=form.round, reviewer=user, decided_at=None)
    review = drafts.first()
    if review is None:
        return Review(item=item, round=form.round, reviewer=user, version=0)
    if review.version != form.version and review.draft != form.draft.as_json():
        raise ReviewConflict(ReviewDraft.stored(review.draft), review.version)
    return review


def demand_opened(item: Item, user: User, round: int) -> None:
    if not has_opened(item, user, round):
        raise CannotReview("Open this item for review first.")


def _again(queue: Queue, item: Item, round: int, user: User) -> ReviewHold | None:
    """After a lapse: the hold again, where nobody else has it and nothing was decided."""
    if item.round != round:
        return None
    try:
        return open_review(queue=queue, item_id=item.pk, user=user)
    except (CannotReview, WrongState):
        return None


def _text(posted: Any, name: str) -> str:
    return clean_text(posted.get(name, ""))[:MOST_REMARK]
