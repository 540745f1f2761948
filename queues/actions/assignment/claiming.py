"""Claiming: Start and Next, and picking one item.

Each attempt is a short transaction of its own that locks one item. A lost race is tried again;
before "nothing", once without SKIP LOCKED, so that a racer's rollback makes no false "empty".
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from django.db import IntegrityError

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.models import User

from ...errors import CannotPick, NothingToClaim
from ...models import Queue
from ...states import QueueStatus, Strategy, TakenWhy
from ..holds.expiry import reap
from ..holds.hold import Hold
from ..items.rounds import free_sent_back
from ..status import complete_if_done
from . import candidates
from .balancing import held_for_colleagues
from .dealing import deal, lock_deal, take_over
from .own_holds import (
    drafted,
    own_holds,
    park_unparked,
    read_own_holds,
    sent_back,
    unpark,
    why_nothing,
)
from .taking import Asker, Candidate, LostRace, exhaust, read_asker, take

__all__ = ["Hold", "claim_next", "current_hold", "pick_item", "retake"]

ATTEMPTS = 6


class Chore(Enum):
    """What must be done before the next attempt, in a transaction of its own."""

    END_LAPSED = auto()
    COMPLETE = auto()
    FREE_STALE_BINDINGS = auto()
    DEAL = auto()


@dataclass
class Attempt:
    """One of the attempts of a claim. `dealt`: a deal was made; `found_nothing`: nothing was
    there but what others have locked.
    """

    number: int = 0
    dealt: bool = False
    found_nothing: bool = False

    @property
    def waits(self) -> bool:
        """Locks are waited for, so that finding nothing means that there is nothing."""
        return self.found_nothing or self.number >= 2


# What an attempt ends with: a hold, why there is none, or a chore that comes first.
Step = Hold | NothingToClaim | Chore
Decide = Callable[[Asker, User, Attempt], Step]


def current_hold(*, queue_id: UUID, user: User) -> Hold | None:
    """The annotator's unparked live hold, read only: what the workspace shows on a GET."""
    held = read_own_holds(queue_id, user.pk).unparked
    return held.resumed() if held else None


def claim_next(*, queue_id: UUID, user: User) -> Hold:
    """What the annotator works on now: a hold resumed, or a new one.

    Raises NothingToClaim with the reason, NotMember for one who does not annotate here.
    """
    return _claim(queue_id, user, _next)


def pick_item(*, queue_id: UUID, item_id: UUID, user: User) -> Hold:
    """Opens the chosen item; the item held before is parked. Raises CannotPick."""

    def pick(asker: Asker, user: User, attempt: Attempt) -> Step:
        return _pick(asker, user, item_id)

    return _claim(queue_id, user, pick)


def _claim(queue_id: UUID, user: User, decide: Decide) -> Hold:
    attempt = Attempt()
    for attempt.number in range(ATTEMPTS):
        try:
            asker, step = _decide(queue_id, user, decide, attempt)
        except (LostRace, IntegrityError):
            continue
        match step:
            case Hold():
                return step
            case NothingToClaim():
                raise step
            case Chore.END_LAPSED:
                # One's own lapsed hold stands in the way of a new one: what was passed over
                # the first time is waited for.
                reap(queue_id=queue_id, first=user, wait=attempt.number > 0)
            case Chore.COMPLETE:
                complete_if_done(queue_id=queue_id)
            case Chore.FREE_STALE_BINDINGS:
                free_sent_back(queue_id=queue_id)
            case Chore.DEAL:
                attempt.dealt = True
                deal(asker, wait=attempt.waits)
    raise NothingToClaim("others_hold")


@atomic_retry
def _decide(queue_id: UUID, user: User, decide: Decide, attempt: Attempt) -> tuple[Asker, Step]:
    asker = read_asker(queue_id, user)
    return asker, _first_chore(asker, attempt) or decide(asker, user, attempt)


def _first_chore(asker: Asker, attempt: Attempt) -> Chore | None:
    """What has lapsed is freed before anything else, and a finished queue completed, also where
    no worker runs.
    """
    if attempt.waits:
        return None
    if asker.has_lapsed:
        return Chore.END_LAPSED
    if asker.all_done and attempt.number == 0:
        return Chore.COMPLETE
    return Chore.FREE_STALE_BINDINGS if asker.has_stale_bindings else None


def _next(asker: Asker, user: User, attempt: Attempt) -> Step:
    mine = own_holds(asker)
    if held := mine.unparked:
        return held.resumed()
    holds = len(mine.live)
    cannot_open = holds >= asker.open_limit or not asker.is_open
    if parked := mine.oldest_parked if cannot_open else None:
        return unpark(asker, parked)
    _demand_open(asker)
    if balanced := asker.strategy == Strategy.LOAD_BALANCED and holds > 0:
        lock_deal(asker.queue)
    if found := sent_back(asker) or drafted(asker, mine):
        return take(asker, user, found, advances_place=False, why=TakenWhy.DRAFT)
    if found := candidates.bound_candidate(asker, skip_locked=not attempt.waits):
        return take(asker, user, found, advances_place=True)
    if balanced and not asker.is_exhausted and held_for_colleagues(asker, holds):
        _note_asked(asker)
        return NothingToClaim("held_for_colleagues")
    return _new(asker, user, attempt)


def _new(asker: Asker, user: User, attempt: Attempt) -> Step:
    """An item that is not bound to the asker: after a deal in round robin, else the next."""
    skip, round_robin = not attempt.waits, asker.strategy == Strategy.ROUND_ROBIN
    if not asker.is_exhausted:
        if round_robin and asker.away_at is None and not attempt.dealt:
            return Chore.DEAL
        if found := candidates.next_candidate(asker, skip_locked=skip):
            return take(asker, user, found, advances_place=True)
    helps = round_robin and asker.help_others
    if helps and (found := candidates.dealt_candidate(asker, skip_locked=skip)):
        return _help(asker, user, found)
    if not attempt.waits:
        attempt.found_nothing = True
        raise LostRace
    if asker.is_exhausted:
        _note_asked(asker)
    else:
        exhaust(asker, asker.clock)
    return why_nothing(asker)


def _help(asker: Asker, user: User, found: Candidate) -> Hold:
    """A slot that was dealt to a colleague, bound to the asker from now on."""
    queue = Queue(pk=asker.queue, project_id=asker.project)
    if not take_over(queue, found.slot, user):
        raise LostRace
    return take(asker, user, found, advances_place=False, why=TakenWhy.HELP)


def _note_asked(asker: Asker) -> None:
    sql.run(
        "update queues_queuemember set last_asked_at = %s where id = %s",
        [asker.clock, asker.member],
    )


def _demand_open(asker: Asker) -> None:
    if asker.archived_at:
        raise NothingToClaim("archived")
    if asker.status == QueueStatus.COMPLETED:
        raise NothingToClaim("finished")
    if asker.status != QueueStatus.ACTIVE:
        raise NothingToClaim("paused" if asker.status == QueueStatus.PAUSED else "not_open")


def _pick(asker: Asker, user: User, item_id: UUID) -> Hold:
    """One item by choice; see pick_item."""
    mine = own_holds(asker)
    if held := mine.of_item(item_id):
        return unpark(asker, held)
    _demand_open(asker)
    if len(mine.live) >= asker.open_limit:
        raise CannotPick(
            f"You have {asker.open_limit} items open, the most this queue allows."
            " Submit or skip one of them first."
        )
    found = candidates.this_candidate(asker, item_id)
    if found is None:
        raise CannotPick("This item has no free place for you. Pick another one.")
    own = found.bound_to == user.pk or any(one.item_id == item_id and one.current for one in mine)
    if asker.strategy != Strategy.MANUAL and not own:
        raise CannotPick("This queue assigns items automatically. Ask for the next one.")
    park_unparked(asker)
    return take(asker, user, found, advances_place=False, why=TakenWhy.PICKED)


def retake(*, queue: Queue, item_id: UUID, user: User, token: UUID) -> Hold | None:
    """After a lapse: a slot of the same item again, if one is free and the queue is active.

    None where the hold ended in any other way, or nothing is free. Raises NotMember.
    """
    reap(queue_id=queue.pk, first=user)
    for _ in range(ATTEMPTS):
        try:
            return _retake(queue.pk, item_id, user, token)
        except (LostRace, IntegrityError):  # somebody was first, maybe the same person's other tab
            continue
    return None


@atomic_retry
def _retake(queue_id: UUID, item_id: UUID, user: User, token: UUID) -> Hold | None:
    asker = read_asker(queue_id, user)
    lapsed = sql.one(
        "select true as found from queues_reservation where token = %s and annotator_id = %s"
        " and item_id = %s and ending = 'expired'",
        [token, user.pk, item_id],
    )
    if not lapsed or not asker.is_open:
        return None
    mine = own_holds(asker)
    if held := mine.of_item(item_id):
        return held.resumed()
    found = candidates.this_candidate(asker, item_id)
    if found is None:  # their other tab may have taken it since
        held = read_own_holds(asker.queue, asker.user).of_item(item_id)
        return held.resumed() if held else None
    if len(mine.live) >= asker.open_limit or mine.unparked:
        return None
    return take(asker, user, found, advances_place=False, why=TakenWhy.DRAFT)
