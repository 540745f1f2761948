"""A queue whose items are reviewed: waiting, open, approved, sent back; refused work, a binding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotate_site.projects.events import Actor
from annotate_site.projects.models import Project, User
from fields.models import Field
from queues.actions.assignment.binding import bind_slots
from queues.actions.holds.ending import release_hold
from queues.actions.holds.reviewing import open_review
from queues.actions.items.changing import remove_item
from queues.models import Item, Queue, Slot
from reviews.actions.deciding import approve_item, reject_item
from reviews.actions.reviewing import ReviewDraft, ReviewForm, answers_mark, save_review
from reviews.answers import Draft
from reviews.review_page.desk import final_fields
from tests import factories

from . import canaries
from .working import draft, leave_draft, submit

OPENED, WAITING, APPROVED, SENT_BACK, REFUSED, BOUND, REMOVED = range(7)  # its items, in order


@dataclass
class Reviewed:
    """`refused`: the reservation of refused work; `bound`: the slot kept for the annotator."""

    queue: Queue
    items: list[Item]
    refused: int = 0
    bound: int = 0

    def ids(self, number: int) -> dict[str, Any]:
        return {"queue": self.queue.pk, "item": self.items[number].pk}

    def body(self, number: int = OPENED) -> dict[str, Any]:
        """What the page of a review sends, its draft saved once."""
        seen = answers_mark(self.items[number], 1)
        return {"round": "1", "version": "1", "seen": seen, "n-remark": "Look again"}


def make_reviewed(
    project: Project, people: Mapping[str, User | None], fields: list[Field]
) -> Reviewed:
    """N = 1. `second` answers, `reviewer` decides, `annotator` and `owner` belong to it too."""
    second, annotator, owner, reviewer, manager = (
        user
        for name in ("second", "annotator", "owner", "reviewer", "manager")
        if (user := people[name])
    )
    queue = factories.make_queue(
        project, by=manager, fields=fields, annotations_required=1, requires_review=True,
        annotators=[second, annotator, owner], reviewers=[reviewer],
    )  # fmt: skip
    traces = [factories.make_trace(project, f"{canaries.TRACE} {number}") for number in range(7)]
    place = Reviewed(queue, factories.add_items(queue, traces))
    place.refused = refuse(place, second)
    answers = {
        OPENED: canaries.WAITING_ANSWER, WAITING: canaries.WAITING_ANSWER,
        APPROVED: canaries.APPROVED_ANSWER, SENT_BACK: canaries.WAITING_ANSWER,
    }  # fmt: skip
    for number, answer in answers.items():
        submit(place, number, second, answer, answer)
    review(place, reviewer)
    actor = Actor.person(manager)
    out = place.items[REMOVED].pk
    remove_item(queue=queue, item_id=out, confirmed=False, actor=actor)
    bound = place.items[BOUND]
    bind_slots(queue=queue, item_id=bound.pk, users=[annotator], actor=actor)
    place.bound = Slot.objects.get(item=bound).pk
    return place


def refuse(place: Reviewed, user: User) -> int:
    """A draft whose hold has ended, and which came too late."""
    hold = leave_draft(place, REFUSED, user, canaries.REFUSED_ANSWER)
    assert hold.slot_id
    release_hold(
        queue=place.queue, item_id=hold.item_id, slot_id=hold.slot_id, holder_id=user.pk,
        actor=Actor.person(user),
    )  # fmt: skip
    factories.mark_refused(hold.token)
    return hold.pk


def review(place: Reviewed, reviewer: User) -> None:
    """Approves with a final value, sends back with a remark, and writes a draft."""
    queue, final = place.queue, draft(place, canaries.FINAL_ANSWER, "")
    form = opened(place, APPROVED, reviewer, ReviewDraft("", {}, Draft(final.values)))
    approve_item(queue=queue, user=reviewer, form=form, asked=final_fields(queue))
    form = opened(place, SENT_BACK, reviewer, ReviewDraft(canaries.SENT_BACK))
    reject_item(queue=queue, user=reviewer, form=form)
    form = opened(place, OPENED, reviewer, ReviewDraft(canaries.REVIEW_DRAFT))
    save_review(queue=queue, user=reviewer, form=form)


def opened(place: Reviewed, number: int, reviewer: User, words: ReviewDraft) -> ReviewForm:
    open_review(queue=place.queue, item_id=place.items[number].pk, user=reviewer)
    item = Item.objects.get(pk=place.items[number].pk)
    return ReviewForm(item, 1, 0, answers_mark(item, 1), words)
