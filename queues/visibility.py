"""Whose answers a person may read, said here and nowhere else; who has read some is noted here.

To answers belong notes, remarks, final values, and the reasons why people skipped. Here and not in
`reviews`, since the queue's own pages and the admin ask as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.access import Access, Can
from annotate_site.projects.models import User

from .models import Item, Reservation
from .states import ItemStatus, SlotState


class Whose(StrEnum):
    """Of which items a person reads what others answered; their own they read always."""

    ALL = "all"
    COMPLETED = "completed"
    OWN = "own"


@dataclass(frozen=True)
class Reader:
    """A person in a queue. What they review they read besides: `reviewed_rounds`."""

    user: User
    whose: Whose

    @classmethod
    def of(cls, access: Access) -> "Reader":
        """`access`: that in the queue. Who annotates here is blind until an item is completed."""
        if Can.MANAGE in access and Can.ANNOTATE not in access:
            return cls(access.user, Whose.ALL)
        return cls(access.user, Whose.COMPLETED if Can.READ_RESULTS in access else Whose.OWN)

    def reads(self, item: Item, author: User) -> bool:
        """What the author wrote about the item."""
        if author == self.user or self.whose == Whose.ALL:
            return True
        return self.whose == Whose.COMPLETED and item.status == ItemStatus.COMPLETED


# The same of others' answers on an item `i`, for statements with `whose` among their parameters.
READABLE = "(%(whose)s = 'all' or (%(whose)s = 'completed' and i.status = 'completed'))"


def shown_on_traces(item: Item) -> bool:
    """Whether its answers are feedback on its traces, for whoever reads the project's traces."""
    return item.status == ItemStatus.COMPLETED and item.removed_at is None


def annotated(item: Item, user: User) -> bool:
    """In any round. Who annotated an item neither reviews it nor reads it as a reviewer."""
    return item.slots.filter(annotator=user, state=SlotState.DONE).exists()


def reviewed_rounds(item: Item, user: User, *, holds: bool) -> list[int]:
    """The rounds whose answers a reviewer reads, the latest first; [] unless they opened one.

    The present round while they hold its review (`holds`), and once the item is completed.
    """
    opened = Reservation.objects.filter(item=item, annotator=user, kind=Reservation.Kind.REVIEW)
    if annotated(item, user) or not opened.exists():
        return []
    present = holds or item.status == ItemStatus.COMPLETED
    return list(range(item.round if present else item.round - 1, 0, -1))


OPENED = """
insert into queues_itemopened (item_id, user_id, at)
select item, %(user)s, clock_timestamp() from unnest(%(items)s::uuid[]) item
on conflict do nothing
"""


def note_opened(user: User, items: Iterable[UUID]) -> None:
    """Whoever has seen others' answers on an item gets no slot of it again, in any round."""
    if opened := list(items):
        sql.run(OPENED, {"user": user.pk, "items": opened})
