"""What one process does in a race."""

from typing import Any

from django.db import transaction

from annotate_site import sql
from queues.actions.holds.expiry import reap
from queues.actions.holds.hold import Hold
from queues.actions.holds.reviewing import open_review
from queues.actions.items.changing import remove_item
from queues.actions.items.required import change_required
from reviews.actions.deciding import approve_item, reject_item
from reviews.actions.reviewing import ReviewDraft, ReviewForm, answers_mark
from reviews.actions.undoing import undo_latest
from reviews.answers import Draft, asked_fields

from .scenes import WORDS, Scene


def first_submits(made: Scene) -> None:
    made.site.send(made.people[0], made.forms[0])


def second_submits(made: Scene) -> None:
    made.site.send(made.people[1], made.forms[1])


def first_claims(made: Scene) -> Hold:
    return made.site.next(made.people[0].pk)


def second_claims(made: Scene) -> Hold:
    return made.site.next(made.people[1].pk)


def first_picks(made: Scene) -> Hold:
    return made.site.pick(made.people[0].pk, made.item.pk)


def second_picks(made: Scene) -> Hold:
    return made.site.pick(made.people[1].pk, made.item.pk)


def first_goes_on(made: Scene) -> Hold:
    first_submits(made)
    return first_claims(made)


def second_goes_on(made: Scene) -> Hold:
    second_submits(made)
    return second_claims(made)


def first_skips(made: Scene) -> None:
    made.site.skip(made.people[0].pk, made.holds[0].item_id, made.holds[0].token)


def first_extends(made: Scene) -> bool:
    return made.site.extend(made.people[0].pk, made.holds[0].token)


def first_extended_in_time(made: Scene) -> int:
    """What a renewal does that began while there was time; how many slots it found."""
    with transaction.atomic():
        return sql.run(
            "update queues_slot set expires_at = clock_timestamp() + interval '1 hour'"
            " where token = %s",
            [made.holds[0].token],
        )


def first_saves(made: Scene) -> bool:
    hold = made.holds[0]
    saved = made.site.save(made.people[0].pk, hold.item_id, hold.round, hold.token, WORDS, 0)
    return saved.holding


def first_undoes(made: Scene) -> Any:
    return undo_latest(queue=made.queue, user=made.people[0], token=made.tokens[0])


def second_undoes(made: Scene) -> Any:
    return undo_latest(queue=made.queue, user=made.people[1], token=made.tokens[1])


def sweep(made: Scene) -> int:
    return reap(queue_id=made.site.queue.pk)


def pause(made: Scene) -> None:
    made.site.move("pause")


def close(made: Scene) -> None:
    made.site.move("close")


def archive(made: Scene) -> None:
    made.site.move("archive")


def remove_first(made: Scene) -> None:
    made.site.remove_person(made.people[0].pk)


def release(made: Scene) -> bool:
    return made.release()


def take_out(made: Scene) -> None:
    remove_item(queue=made.queue, item_id=made.item.pk, confirmed=True, actor=made.site.by)


def add_one(made: Scene) -> None:
    made.site.add(1)


def lower_to_one(made: Scene) -> None:
    change_required(queue=made.queue, required=1, raise_completed=False, actor=made.site.by)


def raise_to_two(made: Scene) -> None:
    change_required(queue=made.queue, required=2, raise_completed=False, actor=made.site.by)


def third_joins(made: Scene) -> None:
    made.site.add_person(made.reviewers[0].pk)


def fourth_joins(made: Scene) -> None:
    made.site.add_person(made.reviewers[1].pk)


def first_opens(made: Scene) -> Any:
    return open_review(queue=made.queue, item_id=made.item.pk, user=made.reviewers[0]).token


def second_opens(made: Scene) -> Any:
    return open_review(queue=made.queue, item_id=made.item.pk, user=made.reviewers[1]).token


def decision(made: Scene, remark: str = "") -> ReviewForm:
    item = made.item
    return ReviewForm(item, 1, 0, answers_mark(item, 1), ReviewDraft(remark, {}, Draft()))


def first_approves(made: Scene) -> None:
    asked = asked_fields(made.queue)
    for one in asked:
        one.required = False
    form = decision(made)
    approve_item(queue=made.queue, user=made.reviewers[0], form=form, asked=asked)


def second_rejects(made: Scene) -> None:
    form = decision(made, "Look again")
    reject_item(queue=made.queue, user=made.reviewers[1], form=form, to_others=False)


def first_rejects_then_claims(made: Scene) -> Any:
    """Sent back by a reviewer; then its annotator asks for what is next."""
    second_rejects(made)
    return first_claims(made).item_id
