"""A reviewer at work in tests, through the actions; and a queue whose items wait for one."""

from dataclasses import dataclass
from typing import Any

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Project, User
from queues.actions.holds.reviewing import ReviewHold, open_review
from queues.actions.people.members import add_members
from queues.models import Item, Queue
from reviews.actions.deciding import approve_item, reject_item
from reviews.actions.reviewing import (
    ReviewDraft,
    ReviewForm,
    SavedReview,
    answers_mark,
    save_review,
)
from reviews.answers import asked_fields

from .. import factories
from ..conftest import Cast
from .working import Worker


def reviewed_queue(
    project: Project, annotators: list[User], reviewers: list[User], **settings: Any
) -> Queue:
    """Needs a review of each item, and as many annotations as it has annotators."""
    settings = {"items": 1, "annotations_required": len(annotators)} | settings
    return factories.make_queue(
        project, annotators=annotators, reviewers=reviewers, requires_review=True, **settings
    )


def answer(queue: Queue, *users: User, value: str = "true") -> Item:
    """Each of them claims and submits one item; the item of the last one."""
    for user in users:
        hold = Worker(queue, user).claim()
        Worker(queue, user).submit(hold, value)
    return Item.objects.select_related("queue").get(pk=hold.item_id)


@dataclass
class Judge:
    queue: Queue
    user: User

    def open(self, item: Item) -> ReviewHold:
        return open_review(queue=self.queue, item_id=item.pk, user=self.user)

    def form(
        self,
        item: Item,
        remark: str = "",
        version: int = 0,
        *final: str | list[str],
        **remarks: str,
    ) -> ReviewForm:
        """The form of a page opened now; `final` in the order of the fields."""
        item.refresh_from_db(fields=["round"])
        draft = ReviewDraft(remark, remarks, Worker(self.queue, self.user).draft(*final))
        return ReviewForm(item, item.round, version, answers_mark(item, item.round), draft)

    def save(self, item: Item, remark: str, version: int = 0) -> SavedReview:
        return save_review(queue=self.queue, user=self.user, form=self.form(item, remark, version))

    def approve(
        self, item: Item, *final: str | list[str], form: ReviewForm | None = None,
        unsettled: bool = True,
    ) -> None:  # fmt: skip
        """Whatever the answers are; without `unsettled` as at the first press."""
        approve_item(
            queue=self.queue, user=self.user, form=form or self.form(item, "", 0, *final),
            asked=self.asked(), unsettled=unsettled,
        )  # fmt: skip

    def reject(
        self, item: Item, remark: str = "Look again", *, to_others: bool = False,
        form: ReviewForm | None = None,
    ) -> None:  # fmt: skip
        form = form or self.form(item, remark)
        reject_item(queue=self.queue, user=self.user, form=form, to_others=to_others)

    def asked(self) -> list[Any]:
        asked = asked_fields(self.queue)
        for one in asked:
            one.required = False
        return asked


def state_of(item: Item) -> tuple[str, int, str]:
    """Status, round and review state."""
    item.refresh_from_db(fields=["status", "round", "review_state", "needs_review"])
    return item.status, item.round, item.review_state


def lapse(item: Item) -> None:
    """The time of whoever reviews the item is over."""
    sql.run(
        "update queues_reservation set expires_at = clock_timestamp() - interval '1 second'"
        " where item_id = %s and kind = 'review' and ended_at is null",
        [item.pk],
    )


def newcomer(cast: Cast, queue: Queue) -> User:
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_annotate=True)
    return cast.member
