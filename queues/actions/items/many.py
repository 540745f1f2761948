"""What a manager does to many items at once: to one batch of them; a job goes through more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction

from annotate_site.projects.events import Actor, record

from ... import locks
from ...conditions import live_hold
from ...errors import WrongState
from ...locks import lock_items
from ...models import Item, Queue, Slot
from ...models.items import ItemKind
from ...review_holds import end_reviews
from ...states import Ending
from ..holds.ending import end_holds
from ..status import lock_for_work, reopened_by_work
from .changing import clear_skips_of, held_now
from .required import ask_more, erased_among
from .rounds import begin_again, is_finished

MOST_MORE = 10


@dataclass(frozen=True)
class Outcome:
    """To how many items it was done; `passed_over`: to how many it does not apply."""

    items: int = 0
    passed_over: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.items + other.items, self.passed_over + other.passed_over)


def release_items(*, queue: Queue, item_ids: Sequence[UUID], actor: Actor) -> Outcome:
    """Ends the holds of annotators and reviewers on these items; drafts are kept."""
    with transaction.atomic():
        locks.share(queue.pk)
        items = _present(queue, item_ids)
        held = held_now(items)
        ids = list(held)
        slots = Slot.objects.filter(live_hold(), item__in=ids).values_list("pk", flat=True)
        events = end_holds(queue, list(slots), Ending.RELEASED, actor)
        if ids:
            events += end_reviews(queue.project_id, queue.pk, Ending.RELEASED, actor, item_ids=ids)
        record(*events)
    return Outcome(len(held), len(items) - len(held))


def clear_skips_of_items(*, queue: Queue, item_ids: Sequence[UUID], actor: Actor) -> Outcome:
    """Whoever skipped one of these items in its present round may get it again."""
    with transaction.atomic():
        locks.share(queue.pk)
        items = _present(queue, item_ids)
        skipped = clear_skips_of(queue, items, actor)
    return Outcome(len(skipped), len(items) - len(skipped))


def reopen_items(*, queue: Queue, item_ids: Sequence[UUID], reason: str, actor: Actor) -> Outcome:
    """Those that are finished begin a new round, their slots for anybody. Raises WrongState."""
    with transaction.atomic():
        queue = lock_for_work(queue)
        items = _present(queue, item_ids)
        erased = erased_among([item.pk for item in items])
        finished = [item for item in items if is_finished(item) and item.pk not in erased]
        for item in finished:
            record(*begin_again(item, queue, reason, actor))
        if finished:
            reopened_by_work(queue, actor)
    return Outcome(len(finished), len(items) - len(finished))


def require_more(*, queue: Queue, item_ids: Sequence[UUID], more: int, actor: Actor) -> Outcome:
    """These items ask for so many annotations more than now (1 to 10), in their present round.

    A finished one is open again, and its decision is cleared. Raises WrongState.
    """
    if not 1 <= more <= MOST_MORE:
        raise WrongState(f"Ask for 1 to {MOST_MORE} more annotations at once.")
    with transaction.atomic():
        queue = lock_for_work(queue)
        items = _present(queue, item_ids)
        raised = ask_more(queue, items, more, actor)
    return Outcome(raised, len(items) - raised)


def _present(queue: Queue, item_ids: Sequence[UUID]) -> list[Item]:
    """Those of the queue that are not removed, locked."""
    return [
        item
        for item in lock_items(set(item_ids))
        if item.queue_id == queue.pk and not item.removed_at and item.kind == ItemKind.NORMAL
    ]


@dataclass(frozen=True)
class Command:
    """`batch`: how many items one transaction takes."""

    act: Callable[..., Outcome]
    batch: int


COMMANDS: Final[Mapping[str, Command]] = {
    "release": Command(release_items, 500),
    "clear-skips": Command(clear_skips_of_items, 500),
    "reopen": Command(reopen_items, 50),
    "more": Command(require_more, 500),
}
"""By their name in addresses and jobs."""
