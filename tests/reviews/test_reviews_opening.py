"""Opening an item for review: who may, one at a time, time left, the draft."""

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM, Actor
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.reviewing import next_review, release_review, renew_review
from queues.actions.people.members import add_members, remove_member, set_rights
from queues.actions.settings import change_settings
from queues.actions.status import close_queue, pause_queue
from queues.actions.sweep import sweep
from queues.errors import CannotReview, NothingToClaim, NotMember, WrongState
from queues.models import Item, ItemOpened, Queue, Reservation
from reviews.actions.reviewing import ReviewConflict, save_review
from reviews.models import Review

from ..conftest import Cast
from .judging import Judge, answer, lapse, reviewed_queue, state_of
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return reviewed_queue(cast.project, [cast.annotator, cast.second], [cast.reviewer], items=2)


@pytest.fixture
def item(cast: Cast, queue: Queue) -> Item:
    return answer(queue, cast.annotator, cast.second)


@pytest.fixture
def judge(cast: Cast, queue: Queue) -> Judge:
    return Judge(queue, cast.reviewer)


def other_judge(cast: Cast, queue: Queue) -> Judge:
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_review=True)
    return Judge(queue, cast.member)


def test_the_last_annotation_of_a_round_decides_whether_a_review_is_needed(
    cast: Cast, queue: Queue
) -> None:
    item = answer(queue, cast.annotator)
    assert item.needs_review is None
    item = answer(queue, cast.second)
    assert (item.status, item.needs_review) == ("pending_review", True)


def test_a_change_of_the_setting_touches_only_items_not_there_yet(
    cast: Cast, queue: Queue, item: Item
) -> None:
    change_settings(queue=queue, settings={"requires_review": False}, actor=SYSTEM)
    later = answer(queue, cast.annotator, cast.second)
    assert (later.status, later.needs_review) == ("completed", False)
    assert state_of(item) == ("pending_review", 1, "")
    change_settings(queue=queue, settings={"requires_review": True}, actor=SYSTEM)
    assert state_of(later) == ("completed", 1, "")


def test_whoever_opens_an_item_has_it_alone_and_leaves_a_row(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    hold = judge.open(item)
    assert 3590 <= hold.seconds_left <= 3600
    assert ItemOpened.objects.filter(item=item, user=cast.reviewer).exists()
    with pytest.raises(CannotReview, match="Rosa Delgado is reviewing"):
        other_judge(cast, queue).open(item)
    assert judge.open(item).token == hold.token


def test_nobody_opens_what_he_annotated_in_any_round(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    add_members(queue=queue, users=[cast.annotator], actor=SYSTEM, can_review=True)
    own = Judge(queue, cast.annotator)
    with pytest.raises(CannotReview, match="You annotated this item"):
        own.open(item)
    judge.open(item)
    judge.reject(item, to_others=False)
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    add_members(queue=queue, users=[cast.annotator], actor=SYSTEM, can_review=True)
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_annotate=True)
    answer(queue, cast.second)
    hold = pick_item(queue_id=queue.pk, item_id=item.pk, user=cast.member)
    Worker(queue, cast.member).submit(hold, "true")
    assert state_of(item)[0] == "pending_review"
    with pytest.raises(CannotReview, match="You annotated this item"):
        own.open(item)


def test_the_oldest_comes_next_without_ones_own_and_those_others_have(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    later = answer(queue, cast.annotator, cast.second)
    held = next_review(queue=queue, user=cast.reviewer)
    assert held
    assert held.item_id == item.pk
    other = other_judge(cast, queue)
    second = next_review(queue=queue, user=other.user)
    assert second
    assert second.item_id == later.pk
    add_members(queue=queue, users=[cast.annotator], actor=SYSTEM, can_review=True)
    assert next_review(queue=queue, user=cast.annotator) is None
    again = next_review(queue=queue, user=cast.reviewer)
    assert again
    assert again.token == held.token


def test_an_item_that_is_not_finished_cannot_be_opened(
    cast: Cast, queue: Queue, judge: Judge
) -> None:
    item = answer(queue, cast.annotator)
    with pytest.raises(WrongState):
        judge.open(item)
    assert not ItemOpened.objects.exists()


def test_who_does_not_review_here_cannot_open(cast: Cast, queue: Queue, item: Item) -> None:
    with pytest.raises(NotMember):
        Judge(queue, cast.manager).open(item)


def test_a_lapse_by_the_clock_lets_others_in_and_the_sweep_tidies_up(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    first = judge.open(item)
    lapse(item)
    other_judge(cast, queue).open(item)
    ended = Reservation.objects.get(token=first.token)
    assert ended.ending == "expired"
    lapse(item)
    assert sweep() == 1
    assert not Reservation.objects.filter(kind="review", ended_at=None).exists()


def test_activity_renews_at_most_once_a_minute_and_not_for_ever(
    cast: Cast, item: Item, judge: Judge
) -> None:
    judge.open(item)
    assert renew_review(item=item, user=cast.reviewer, now=False) is None
    sql.run(
        "update queues_reservation set expires_at = expires_at - interval '30 minutes'"
        " where kind = 'review'"
    )
    renewed = renew_review(item=item, user=cast.reviewer, now=False)
    assert renewed
    assert renewed.seconds_left > 3500
    sql.run("update queues_reservation set opened_at = opened_at - interval '8 hours'"
            " where kind = 'review'")  # fmt: skip
    last = renew_review(item=item, user=cast.reviewer, now=True)
    assert last
    assert last.seconds_left < 5
    lapse(item)
    assert renew_review(item=item, user=cast.reviewer, now=True) is None


def test_the_draft_is_kept_with_its_version_and_saving_takes_a_lapsed_hold_again(
    item: Item, judge: Judge
) -> None:
    judge.open(item)
    assert judge.save(item, "One").version == 1
    lapse(item)
    saved = judge.save(item, "Two", version=1)
    assert (saved.version, saved.holding) == (2, True)
    assert Review.objects.get(item=item).draft["remark"] == "Two"


def test_a_stale_tab_never_overwrites(item: Item, judge: Judge) -> None:
    judge.open(item)
    judge.save(item, "One")
    with pytest.raises(ReviewConflict) as conflict:
        judge.save(item, "Other", version=0)
    assert conflict.value.theirs.remark == "One"
    assert Review.objects.get(item=item).draft["remark"] == "One"


def test_text_is_kept_even_where_somebody_else_has_the_item_now(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.open(item)
    lapse(item)
    other_judge(cast, queue).open(item)
    saved = judge.save(item, "Kept all the same")
    assert not saved.holding
    assert Review.objects.get(reviewer=cast.reviewer).draft["remark"] == "Kept all the same"


def test_a_draft_of_one_who_never_opened_the_item_is_refused(
    cast: Cast, queue: Queue, item: Item
) -> None:
    other = other_judge(cast, queue)
    with pytest.raises(CannotReview):
        save_review(queue=queue, user=cast.member, form=other.form(item, "Guess"))


def test_giving_back_frees_the_item_and_keeps_the_draft(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.open(item)
    judge.save(item, "Later")
    assert release_review(queue=queue, item_id=item.pk, user=cast.reviewer)
    assert not release_review(queue=queue, item_id=item.pk, user=cast.reviewer)
    other_judge(cast, queue).open(item)
    assert Review.objects.filter(reviewer=cast.reviewer).count() == 1


@pytest.mark.parametrize("removed", [True, False])
def test_a_reviewer_removed_lets_go_and_decides_no_more(
    cast: Cast, queue: Queue, item: Item, judge: Judge, removed: bool
) -> None:
    judge.open(item)
    form = judge.form(item)
    if removed:
        remove_member(queue=queue, user=cast.reviewer, actor=SYSTEM)
    else:
        set_rights(queue=queue, user=cast.reviewer, can_annotate=True, can_review=False,
                   actor=SYSTEM)  # fmt: skip
    assert Reservation.objects.get(kind="review").ending == "member_removed"
    with pytest.raises(NotMember):
        judge.approve(item, form=form)
    assert state_of(item)[0] == "pending_review"


def test_reviewing_goes_on_while_paused_and_ends_when_closed_by_hand(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    pause_queue(queue=queue, actor=SYSTEM)
    judge.open(item)
    close_queue(queue=queue, actor=Actor.person(cast.manager))
    assert Reservation.objects.get(kind="review").ending == "queue_closed"
    with pytest.raises(WrongState, match="closed"):
        judge.approve(item)
    with pytest.raises(WrongState):
        judge.open(item)


def test_a_reviewer_who_opened_an_item_gets_no_slot_of_it(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    add_members(queue=queue, users=[cast.reviewer], actor=SYSTEM, can_annotate=True)
    judge.open(item)
    judge.reject(item, to_others=False)
    for user in (cast.annotator, cast.second):
        remove_member(queue=queue, user=user, actor=SYSTEM)
    other = answer(queue, cast.reviewer)
    assert other.pk != item.pk
    with pytest.raises(NothingToClaim):
        claim_next(queue_id=queue.pk, user=cast.reviewer)


def test_the_sweep_leaves_live_reviews_alone(item: Item, judge: Judge) -> None:
    judge.open(item)
    assert sweep() == 0
    assert Reservation.objects.filter(kind="review", ended_at=None).count() == 1
