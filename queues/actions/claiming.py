"""Claiming: Start and Next, and picking one item.

Each attempt is a short transaction of its own that locks one item. A lost race is tried again;
before "nothing", once without SKIP LOCKED, so that a racer's rollback makes no false "empty".
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from annotate_site import sql
from annotate_site.projects.models import User

from ..errors import CannotPick, NothingToClaim
from ..models import Queue
from ..states import QueueStatus, Strategy, TakenWhy
from . import candidates, resuming
from .balancing import held_for_colleagues
from .dealing import deal, lock_deal, take_over
from .lapsing import reap
from .rounds import free_sent_back
from .status import complete_if_done
from .taking import LAPPED, Hold, LostRace, ask, resumed, take

__all__ = ["Hold", "claim_next", "current_hold", "pick_item", "retake"]

ATTEMPTS = 6


@dataclass
class Turn:
    """One of the attempts of a claim. `dealt`: a deal was made; `dry`: nothing was found but what
    others have locked.
    """

    number: int = 0
    dealt: bool = False
    dry: bool = False

    @property
    def last(self) -> bool:
        """Locks are waited for, so that finding nothing means that there is nothing."""
        return self.dry or self.number >= 2


# A hold, why there is none, or what is to be done first, in a transaction of its own.
Outcome = Hold | NothingToClaim | Callable[[], object]


def current_hold(*, queue_id: UUID, user: User) -> Hold | None:
    """The annotator's unparked live hold, read only: what the workspace shows on a GET."""
    held = resuming.unparked(resuming.reservations_of(queue_id, user.pk))
    return resumed(held) if held else None


def claim_next(*, queue_id: UUID, user: User) -> Hold:
    """What the annotator works on now: a hold resumed, or a new one.

    Raises NothingToClaim with the reason, NotMember for one who does not annotate here.
    """
    return _attempts(queue_id, user, _next)


def pick_item(*, queue_id: UUID, item_id: UUID, user: User) -> Hold:
    """Opens the chosen item; the item held before is parked. Raises CannotPick."""

    def one_item(asker: Any, user: User, turn: Turn) -> Outcome:
        return _pick(asker, user, item_id)

    return _attempts(queue_id, user, one_item)


def _attempts(queue_id: UUID, user: User, attempt: Callable[[Any, User, Turn], Outcome]) -> Hold:
    turn = Turn()
    for turn.number in range(ATTEMPTS):
        try:
            with transaction.atomic():
                asker = ask(queue_id, user)
                outcome = _tidy(asker, user, turn) or attempt(asker, user, turn)
        except (LostRace, IntegrityError):
            continue
        if isinstance(outcome, Hold):
            return outcome
        if isinstance(outcome, NothingToClaim):
            raise outcome
        outcome()
    raise NothingToClaim("others_hold")


def _tidy(asker: Any, user: User, turn: Turn) -> Callable[[], object] | None:
    """What has lapsed is freed before anything else, and a finished queue completed, with no
    worker.
    """
    if turn.last:
        return None
    if asker.has_lapsed:
        # One's own lapsed hold stands in the way of a new one: what was passed over is waited for.
        return partial(reap, queue_id=asker.queue, first=user, wait=turn.number > 0)
    if asker.all_done and turn.number == 0:
        return partial(complete_if_done, queue_id=asker.queue)
    return partial(free_sent_back, queue_id=asker.queue) if asker.has_stale else None


def _next(asker: Any, user: User, turn: Turn) -> Outcome:
    mine = resuming.reservations(asker)
    if held := resuming.unparked(mine):
        return resumed(held)
    holds = len(resuming.live(mine))
    stuck = holds >= asker.open_limit or not _is_open(asker)
    if parked := resuming.oldest_parked(mine) if stuck else None:
        return resumed(resuming.unpark(asker, mine, parked.item_id))
    _demand_open(asker)
    if balanced := asker.strategy == Strategy.LOAD_BALANCED and holds > 0:
        lock_deal(asker.queue)
    if found := resuming.sent_back(asker) or resuming.drafted(asker, mine):
        return take(asker, user, found, moves=False, why=TakenWhy.DRAFT)
    if found := candidates.bound_candidate(asker, skip_locked=not turn.last):
        return take(asker, user, found, moves=True)
    if balanced and not asker.lapped and held_for_colleagues(asker, holds):
        sql.run(ASKED, {"clock": asker.clock, "member": asker.member})
        return NothingToClaim("held_for_colleagues")
    return _new(asker, user, turn)


def _new(asker: Any, user: User, turn: Turn) -> Outcome:
    """An item that is not bound to the asker: after a deal in round robin, else the next."""
    deals = asker.strategy == Strategy.ROUND_ROBIN and asker.away_at is None
    if deals and not asker.lapped and not turn.dealt:
        turn.dealt = True
        return partial(deal, asker, wait=turn.last)
    skip = not turn.last
    if not asker.lapped and (found := candidates.next_candidate(asker, skip_locked=skip)):
        return take(asker, user, found, moves=True)
    helps = asker.strategy == Strategy.ROUND_ROBIN and asker.help_others
    if helps and (found := candidates.hand_candidate(asker, skip_locked=skip)):
        return _help(asker, user, found)
    if not turn.last:
        turn.dry = True
        raise LostRace
    sql.run(ASKED if asker.lapped else LAPPED, asker._asdict())
    return resuming.why_nothing(asker)


def _help(asker: Any, user: User, found: Any) -> Hold:
    """A slot out of a colleague's hand, bound to the asker from now on."""
    queue = Queue(pk=asker.queue, project_id=asker.project)
    if not take_over(queue, found.slot, user):
        raise LostRace
    return take(asker, user, found, moves=False, why=TakenWhy.HELP)


ASKED = "update queues_queuemember set last_asked_at = %(clock)s where id = %(member)s"


def _is_open(asker: Any) -> bool:
    return asker.status == QueueStatus.ACTIVE and asker.archived_at is None


def _demand_open(asker: Any) -> None:
    if asker.archived_at:
        raise NothingToClaim("archived")
    if asker.status == QueueStatus.COMPLETED:
        raise NothingToClaim("finished")
    if asker.status != QueueStatus.ACTIVE:
        raise NothingToClaim("paused" if asker.status == QueueStatus.PAUSED else "not_open")


def _pick(asker: Any, user: User, item_id: UUID) -> Hold:
    """One item by choice; see pick_item."""
    mine = resuming.reservations(asker)
    if held := resuming.unpark(asker, mine, item_id):
        return resumed(held)
    _demand_open(asker)
    if len(resuming.live(mine)) >= asker.open_limit:
        raise CannotPick(
            f"You have {asker.open_limit} items open, the most this queue allows."
            " Submit or skip one of them first."
        )
    found = candidates.this_candidate(asker, item_id)
    if found is None:
        raise CannotPick("This item has no free place for you. Pick another one.")
    own = found.bound_to == user.pk or any(row.item_id == item_id and row.current for row in mine)
    if asker.strategy != Strategy.MANUAL and not own:
        raise CannotPick("This queue hands out items by itself. Ask for the next one.")
    resuming.park_unparked(asker)
    return take(asker, user, found, moves=False, why=TakenWhy.PICKED)


def retake(*, queue: Any, item_id: UUID, user: User, token: UUID) -> Hold | None:
    """After a lapse: a slot of the same item again, if one is free and the queue is active.

    None where the hold ended in any other way, or nothing is free.
    """
    reap(queue_id=queue.pk, first=user)
    with transaction.atomic():
        asker = ask(queue.pk, user)
        lapsed = sql.one(
            "select true as found from queues_reservation where token = %s and annotator_id = %s"
            " and item_id = %s and ending = 'expired'",
            [token, user.pk, item_id],
        )
        if not lapsed or not _is_open(asker):
            return None
        mine = resuming.reservations(asker)
        if held := next((row for row in resuming.live(mine) if row.item_id == item_id), None):
            return resumed(held)
        found = candidates.this_candidate(asker, item_id)
        full = len(resuming.live(mine)) >= asker.open_limit
        if found is None or full or resuming.unparked(mine):
            return None
        try:
            return take(asker, user, found, moves=False, why=TakenWhy.DRAFT)
        except LostRace:
            return None
