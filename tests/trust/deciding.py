"""The product's own actions of reviewers and managers, as the machine of rounds calls them."""

from typing import Any
from uuid import UUID

from queues.actions.holds.reviewing import ReviewHold, open_review
from queues.actions.items import changing, required, rounds
from queues.actions.settings import change_settings
from queues.models import Item, Reservation
from reviews.actions.accepting import accept_refused
from reviews.actions.correcting import correct_annotation
from reviews.actions.deciding import approve_item, reject_item
from reviews.actions.reviewing import ReviewDraft, ReviewForm, answers_mark
from reviews.actions.undoing import Undone, undo_latest
from reviews.models import Annotation, Score

from .acting import Site


class Bench:
    """Beside `Site`: what is decided of items there."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def given(self, item: UUID) -> dict[str, Any]:
        return {"queue": self.site.queue, "item_id": item, "actor": self.site.by}

    def item(self, pk: UUID) -> Item:
        return self.site.queue.items.get(pk=pk)

    def version(self, user: int, item: UUID, round: int) -> int:
        """Of one's annotation; 0 where nothing was saved."""
        found = Annotation.objects.filter(item=item, round=round, annotator=user)
        return found.values_list("version", flat=True).first() or 0

    def stored(self, user: int, item: UUID, round: int) -> Any:
        """The one answer that counts."""
        scores = Score.objects.filter(item=item, round=round, annotator=user, superseded_at=None)
        return scores.filter(annotation__isnull=False).get().value

    def undo(self, user: int, token: UUID) -> Undone:
        return undo_latest(queue=self.site.queue, user=self.site.user(user), token=token)

    def correct(self, user: int, item: UUID, round: int, words: str) -> None:
        correct_annotation(
            queue=self.site.queue, item=self.item(item), user=self.site.user(user), round=round,
            version=self.version(user, item, round), draft=self.site.draft(words),
        )  # fmt: skip

    def open(self, user: int, item: UUID) -> ReviewHold:
        return open_review(queue=self.site.queue, item_id=item, user=self.site.user(user))

    def form(self, pk: UUID, remark: str = "") -> ReviewForm:
        item = self.item(pk)
        return ReviewForm(item, item.round, 0, answers_mark(item, item.round), ReviewDraft(remark))

    def approve(self, user: int, item: UUID) -> None:
        approve_item(
            queue=self.site.queue, user=self.site.user(user), form=self.form(item), asked=[]
        )

    def reject(self, user: int, item: UUID, *, to_others: bool) -> None:
        reject_item(
            queue=self.site.queue, user=self.site.user(user), form=self.form(item, "Look again"),
            to_others=to_others,
        )  # fmt: skip

    def reopen(self, item: UUID) -> None:
        rounds.reopen_item(**self.given(item), reason="Look again")

    def clear_decision(self, item: UUID) -> None:
        rounds.clear_decision(**self.given(item), reason="Too early")

    def require(self, number: int, finished: bool) -> None:
        required.change_required(
            queue=self.site.queue, required=number, raise_completed=finished, actor=self.site.by
        )

    def change_review(self, on: bool) -> None:
        change_settings(queue=self.site.queue, settings={"requires_review": on}, actor=self.site.by)

    def accept(self, token: UUID) -> None:
        reservation = Reservation.objects.get(token=token)
        accept_refused(queue=self.site.queue, reservation=reservation, by=self.site.ground.manager)

    def remove(self, item: UUID) -> None:
        changing.remove_item(**self.given(item), confirmed=True)

    def restore(self, item: UUID) -> None:
        changing.restore_item(**self.given(item))

    def clear_skips(self, item: UUID) -> None:
        changing.clear_skips(**self.given(item))
