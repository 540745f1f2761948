"""Work as people do it: an item picked, a draft, a submit."""

from typing import Any, Protocol

from annotate_site.projects.models import User
from queues.actions.assignment.claiming import pick_item
from queues.models import Item, Queue, Reservation
from reviews.actions.drafts import save_draft
from reviews.actions.submitting import Form, submit_annotation
from reviews.answers import Draft, asked_fields


class Items(Protocol):
    """A queue that asks one field, and its items in order."""

    queue: Queue
    items: list[Item]


def pick(place: Items, number: int, user: User) -> Any:
    return pick_item(queue_id=place.queue.pk, item_id=place.items[number].pk, user=user)


def draft(place: Items, answer: str, note: str) -> Draft:
    pk = str(place.queue.queue_fields.get().field_id)
    return Draft({pk: [answer]}, {pk: note})


def leave_draft(place: Items, number: int, user: User, answer: str) -> Reservation:
    """Picks an item and types: the hold, with a draft of which nothing is submitted."""
    hold = pick(place, number, user)
    save_draft(
        queue=place.queue, item=place.items[number], round=1, user=user, token=hold.token,
        version=0, draft=draft(place, answer, answer),
    )  # fmt: skip
    return Reservation.objects.get(token=hold.token)


def submit(place: Items, number: int, user: User, answer: str, note: str) -> None:
    hold = pick(place, number, user)
    form = Form(hold.item_id, 1, hold.token, hold.token, 0, draft(place, answer, note))
    asked = asked_fields(place.queue)
    submit_annotation(queue=place.queue, user=user, form=form, asked=asked)
