"""An annotator at work in tests: claims, types, saves, submits through the actions."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from annotate_site.projects.models import User
from fields.kinds.controls import Choices
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.ending import skip_item
from queues.actions.holds.hold import Hold
from queues.models import Item, Queue
from reviews.actions.drafts import Saved, save_draft
from reviews.actions.submitting import Form, submit_annotation
from reviews.answers import Draft, asked_fields
from reviews.workspace.desk import Desk, open_desk


@dataclass
class Worker:
    """`hold`: the latest claimed."""

    queue: Queue
    user: User
    hold: Hold = field(init=False)

    def claim(self) -> Hold:
        self.hold = claim_next(queue_id=self.queue.pk, user=self.user)
        return self.hold

    def pick(self, item: Item) -> Hold:
        return pick_item(queue_id=self.queue.pk, item_id=item.pk, user=self.user)

    def skip(self, hold: Hold, reason: str = "") -> None:
        skip_item(
            queue=self.queue, item_id=hold.item_id, user=self.user, token=hold.token, reason=reason
        )

    def draft(self, *answers: str | list[str]) -> Draft:
        """The answers in the order of the queue's fields; "" leaves one open."""
        asked = asked_fields(self.queue)
        given = zip(asked, answers, strict=False)
        return Draft(
            {
                str(one.field_id): answer if isinstance(answer, list) else [answer]
                for one, answer in given
                if answer
            }
        )

    def save(self, hold: Hold, *answers: str | list[str], version: int = 0) -> Saved:
        return save_draft(
            queue=self.queue,
            item=Item.objects.get(pk=hold.item_id),
            round=hold.round,
            user=self.user,
            token=hold.token,
            version=version,
            draft=self.draft(*answers),
        )

    def submit(
        self,
        hold: Hold,
        *answers: str | list[str],
        version: int = 0,
        submission: UUID | None = None,
    ) -> Form:
        form = Form(
            hold.item_id,
            hold.round,
            hold.token,
            submission or uuid4(),
            version,
            self.draft(*answers),
        )
        submit_annotation(
            queue=self.queue, user=self.user, form=form, asked=asked_fields(self.queue)
        )
        return form


def desk_of(queue: Queue, user: User, *, item: Item | None = None) -> Desk:
    """What the workspace shows them of this item, or of the next."""
    hold = (
        pick_item(queue_id=queue.pk, item_id=item.pk, user=user)
        if item
        else claim_next(queue_id=queue.pk, user=user)
    )
    return open_desk(queue, user, hold, asked_fields(queue))


def chosen(desk: Desk) -> list[str]:
    """What is checked in its first field."""
    control = desk.widgets[0].control
    assert isinstance(control, Choices)
    return [one.value for one in control.choices if one.checked]
