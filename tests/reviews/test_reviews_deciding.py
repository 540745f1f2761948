"""Decisions: approve, fix and approve, reject, the second of two, bulk, clearing."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event
from queues.actions.items.rounds import clear_decision
from queues.actions.people.members import add_members
from queues.actions.status import close_queue
from queues.errors import CannotReview, WrongState
from queues.models import Item, ItemOpened, Queue, Reservation
from reviews.actions.deciding import AlreadyDecided, RemarkMissing, bulk_approve
from reviews.actions.reviewing import ReviewConflict
from reviews.actions.submitting import Invalid
from reviews.models import Review, Score
from traces.models import TraceFeedback

from .. import factories
from ..conftest import Cast
from .judging import Judge, lapse, reviewed_queue, state_of
from .test_reviews_opening import other_judge
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return reviewed_queue(
        cast.project, [cast.annotator, cast.second], [cast.reviewer], items=2,
        fields=[factories.make_field(cast.project, name="Right"),
                factories.make_field(cast.project, "integer", name="Score")],
    )  # fmt: skip


@pytest.fixture
def item(cast: Cast, queue: Queue) -> Item:
    return both(cast, queue)


def both(cast: Cast, queue: Queue) -> Item:
    for user in (cast.annotator, cast.second):
        worker = Worker(queue, user)
        hold = worker.claim()
        worker.submit(hold, "true", "0")
    return Item.objects.get(pk=hold.item_id)


def test_approve_completes_the_item_and_tells_who(item: Item, judge: Judge) -> None:
    judge.approve(item)
    assert state_of(item) == ("completed", 1, "approved")
    review = Review.objects.get(item=item)
    assert (review.decision, review.reviewer, review.round) == ("approved", judge.user, 1)
    assert Reservation.objects.get(kind="review").ending == "decided"
    told = Event.objects.filter(item_id=item.pk, actor=judge.user)
    assert {"decision", "review_state", "status", "reviewer"} == {one.attribute for one in told}


def test_final_values_stand_beside_the_scores_and_not_over_them(
    cast: Cast, item: Item, judge: Judge
) -> None:
    judge.approve(item, "false", "0")
    resolved = Score.objects.filter(item=item, annotation=None)
    assert {(one.asked.name, one.value) for one in resolved} == {("Right", False), ("Score", 0)}
    assert {one.review for one in resolved} == {Review.objects.get()}
    given = Score.objects.filter(item=item, annotation__isnull=False)
    assert [one.value for one in given.filter(field__name="Right")] == [True, True]
    assert given.filter(superseded_at=None).count() == 4
    published = set(TraceFeedback.objects.values_list("score_id", flat=True))
    assert published == set(Score.objects.values_list("pk", flat=True))


def test_one_final_value_alone_is_enough_and_a_wrong_one_is_kept_as_typed(
    item: Item, judge: Judge
) -> None:
    with pytest.raises(Invalid) as invalid:
        judge.approve(item, "", "99")
    assert len(invalid.value.errors) == 1
    draft = Review.objects.get(item=item)
    assert ["99"] in draft.draft["values"].values()
    assert state_of(item)[0] == "pending_review"
    judge.approve(item, form=judge.form(item, "", draft.version, "", "3"))
    assert [one.value for one in Score.objects.filter(annotation=None)] == [3]


def test_the_queue_completes_with_its_last_approval(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.approve(item)
    queue.refresh_from_db()
    assert queue.status == "active"
    last = both(cast, queue)
    judge.open(last)
    judge.approve(last)
    queue.refresh_from_db()
    assert (queue.status, queue.completed_by) == ("completed", "itself")


@pytest.mark.parametrize("first", ["approve", "reject"])
@pytest.mark.parametrize("second", ["approve", "reject"])
def test_the_second_of_two_is_told_the_first(
    cast: Cast, queue: Queue, item: Item, judge: Judge, first: str, second: str
) -> None:
    lapse(item)
    other = other_judge(cast, queue)
    other.open(item)
    forms = judge.form(item, "Mine"), other.form(item, "Theirs")
    getattr(judge, first)(item, form=forms[0])
    before = state_of(item)
    done = {"approve": "approved this item", "reject": "sent this item back"}[first]
    with pytest.raises(AlreadyDecided, match=f"Rosa Delgado has {done}"):
        getattr(other, second)(item, form=forms[1])
    assert state_of(item) == before
    assert Review.objects.filter(decided_at__isnull=False).count() == 1


def test_a_late_decision_counts_if_nobody_decided_meanwhile(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    form = judge.form(item)
    lapse(item)
    other_judge(cast, queue).open(item)
    judge.approve(item, form=form)
    assert state_of(item) == ("completed", 1, "approved")
    endings = Reservation.objects.filter(kind="review").values_list("ending", flat=True)
    assert set(endings) == {"expired", "decided"}


def test_a_decision_without_opening_is_refused(cast: Cast, queue: Queue, item: Item) -> None:
    other = other_judge(cast, queue)
    with pytest.raises(CannotReview, match="Open this item"):
        other.approve(item)


def test_a_decision_on_other_answers_than_those_shown_is_refused(item: Item, judge: Judge) -> None:
    form = judge.form(item)
    sql.run("update reviews_annotation set version = version + 1 where item_id = %s", [item.pk])
    with pytest.raises(WrongState, match="answers have changed"):
        judge.approve(item, form=form)


def test_a_stale_tab_does_not_decide_over_what_the_other_tab_holds(
    item: Item, judge: Judge
) -> None:
    stale = judge.form(item, "Old")
    judge.save(item, "New")
    with pytest.raises(ReviewConflict):
        judge.reject(item, form=stale)
    assert state_of(item)[0] == "pending_review"


def test_reject_needs_a_remark(item: Item, judge: Judge) -> None:
    with pytest.raises(RemarkMissing) as missing:
        judge.reject(item, "")
    assert state_of(item) == ("pending_review", 1, "")
    assert Review.objects.get(item=item).version == missing.value.version == 1


def test_remarks_are_in_no_event(item: Item, judge: Judge) -> None:
    judge.reject(item, "Secret words")
    for event in Event.objects.filter(item_id=item.pk):
        assert "Secret" not in f"{event.from_value}{event.to_value}{event.reason}"


def test_bulk_approve_passes_over_what_it_may_not_touch_and_lists_it(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    own = both(cast, queue)
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_review=True, can_annotate=True)
    picks = [(item.pk, 1), (own.pk, 1)]
    outcome = bulk_approve(queue=queue, user=cast.member, picks=picks)
    assert outcome.approved == 1
    assert outcome.passed == [(item.title, "Rosa Delgado is reviewing it.")]
    assert ItemOpened.objects.filter(user=cast.member, item=own).exists()
    add_members(queue=queue, users=[cast.annotator], actor=SYSTEM, can_review=True)
    again = bulk_approve(queue=queue, user=cast.annotator, picks=picks)
    assert again.approved == 0
    assert [why for _, why in again.passed] == [
        "You annotated this item: somebody else reviews it.",
        "Meera Pillai has approved this item already. Your decision changed nothing.",
    ]


def test_bulk_approve_never_passes_over_ones_own_words(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.save(item, "I wrote this")
    outcome = bulk_approve(queue=queue, user=cast.reviewer, picks=[(item.pk, 1)])
    assert outcome.approved == 0
    assert "You have begun a review" in outcome.passed[0][1]
    judge.save(item, "", version=1)
    assert bulk_approve(queue=queue, user=cast.reviewer, picks=[(item.pk, 1)]).approved == 1


def test_bulk_approve_of_an_older_round_is_passed_over(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    outcome = bulk_approve(queue=queue, user=cast.reviewer, picks=[(item.pk, 1), (item.pk, 2)])
    assert outcome.approved == 0
    assert len(outcome.passed) == 2


def test_a_closed_queue_takes_no_bulk(cast: Cast, queue: Queue, item: Item) -> None:
    close_queue(queue=queue, actor=Actor.person(cast.manager))
    with pytest.raises(WrongState, match="closed"):
        bulk_approve(queue=queue, user=cast.reviewer, picks=[(item.pk, 1)])


def test_a_cleared_decision_waits_again_and_its_final_values_count_no_more(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.approve(item, "false")
    clear_decision(queue=queue, item_id=item.pk, reason="Wrong", actor=SYSTEM)
    assert state_of(item) == ("pending_review", 1, "")
    assert Review.objects.get(item=item).cleared_at
    assert not Score.objects.filter(annotation=None, superseded_at=None).exists()
    assert not TraceFeedback.objects.exists()
    other = other_judge(cast, queue)
    other.open(item)
    other.approve(item, "true")
    assert state_of(item) == ("completed", 1, "approved")
    assert Review.objects.filter(item=item, cleared_at=None).get().reviewer == cast.member


def test_clearing_makes_a_queue_that_completed_by_itself_active_again(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.approve(item)
    last = both(cast, queue)
    judge.open(last)
    judge.approve(last)
    clear_decision(queue=queue, item_id=last.pk, reason="Look again", actor=SYSTEM)
    queue.refresh_from_db()
    assert queue.status == "active"
    with pytest.raises(WrongState):
        clear_decision(queue=queue, item_id=last.pk, reason="Twice", actor=SYSTEM)


def test_a_queue_closed_by_hand_is_asked_first(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.approve(item)
    close_queue(queue=queue, actor=Actor.person(cast.manager))
    with pytest.raises(WrongState, match="closed by hand"):
        clear_decision(queue=queue, item_id=item.pk, reason="Look again", actor=SYSTEM)
    assert state_of(item) == ("completed", 1, "approved")


def test_a_queue_closed_under_way_leaves_what_bulk_has_approved_and_says_what_it_has_not(
    cast: Cast, queue: Queue, item: Item
) -> None:
    later = both(cast, queue)

    def picks() -> Iterator[tuple[UUID, int]]:
        yield item.pk, 1
        close_queue(queue=queue, actor=Actor.person(cast.manager))
        yield later.pk, 1

    outcome = bulk_approve(queue=queue, user=cast.reviewer, picks=picks())
    assert outcome.approved == 1
    assert [title for title, _ in outcome.passed] == [later.title]
    assert "closed" in outcome.passed[0][1]


def test_bulk_after_another_has_approved_all_is_told_who_did_though_the_queue_is_complete(
    cast: Cast, queue: Queue, item: Item
) -> None:
    picks = [(item.pk, 1), (both(cast, queue).pk, 1)]
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_review=True)
    assert bulk_approve(queue=queue, user=cast.reviewer, picks=picks).approved == 2
    queue.refresh_from_db()
    assert queue.status == "completed"
    outcome = bulk_approve(queue=queue, user=cast.member, picks=picks)
    assert all("has approved this item already" in why for _, why in outcome.passed)
    assert len(outcome.passed) == 2
