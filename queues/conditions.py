"""The conditions that the queue decides by, each written once: as SQL over an alias, and as Q.

The clock is the database's, read anew at each use. An alias stands for a row of queues_slot
(`slot`), queues_reservation (`hold`) or queues_item (`item`); `person` is SQL for a user's id.
"""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, Exists, Func, OuterRef, Q

from annotate_site.projects.models import User

from .models import ItemOpened, Reservation, Slot
from .states import Ending, SlotState

NOW = "clock_timestamp()"


class Clock(Func):
    """The same clock for the ORM, whose own Now() is that of the statement."""

    function = "clock_timestamp"
    arity = 0
    output_field = DateTimeField()


# Holds of annotators: a slot that is held, by its own time.


def is_live(slot: str = "s") -> str:
    """Held and not lapsed; the time of a hold in a paused queue does not run."""
    time_is_left = f"{slot}.remaining is not null or {slot}.expires_at > {NOW}"
    return f"({slot}.state = 'held' and ({time_is_left}))"


def has_lapsed(slot: str = "s") -> str:
    """Held by its row, but its time is over: whoever meets it may end it."""
    return f"({slot}.state = 'held' and {slot}.expires_at <= {NOW})"


def time_left_sql(slot: str = "s") -> str:
    """The rest of a live hold, an interval."""
    return f"coalesce({slot}.remaining, {slot}.expires_at - {NOW})"


def time_left(
    expires_at: datetime | None, remaining: timedelta | None, clock: datetime
) -> timedelta:
    """The same in Python, for a row that was read together with the database's `clock`."""
    if remaining is not None:
        return remaining
    return expires_at - clock if expires_at else timedelta()


def is_due_for_renewal(row: str) -> str:
    """A minute of the time is used, so that activity renews a hold once a minute at most.

    `row`: a slot or a review's reservation; the statement has the queue as q.
    """
    return f"{row}.expires_at < {NOW} + q.timeout - interval '1 minute'"


def live_hold() -> Q:
    return Q(state=SlotState.HELD) & (Q(remaining__isnull=False) | Q(expires_at__gt=Clock()))


def lapsed_hold() -> Q:
    return Q(state=SlotState.HELD, expires_at__lte=Clock())


# Holds of reviewers: a reservation with a time of its own, which a pause does not stop.


def is_live_review(hold: str = "r") -> str:
    return f"({hold}.kind = 'review' and {hold}.ended_at is null and {hold}.expires_at > {NOW})"


def is_lapsed_review(hold: str = "r") -> str:
    return f"({hold}.kind = 'review' and {hold}.ended_at is null and {hold}.expires_at <= {NOW})"


# What a person has done with an item in a round.


def is_uncleared_skip(hold: str = "r") -> str:
    return f"({hold}.ending = 'skipped' and {hold}.cleared_at is null)"


def is_finished(hold: str = "r") -> str:
    """Submitted, or skipped and not cleared: the item is not offered to its holder again."""
    return f"({hold}.ending = 'submitted' or {is_uncleared_skip(hold)})"


def uncleared_skip() -> Q:
    return Q(ending=Ending.SKIPPED, cleared_at=None)


def finished() -> Q:
    return Q(ending=Ending.SUBMITTED) | uncleared_skip()


# Who may act in a queue. Guards of pages ask first; each action asks again.


def annotates(person: str, queue: str) -> str:
    """`queue`: SQL for its id."""
    return _has_right("can_annotate", person, queue)


def may_review(person: str, queue: str) -> str:
    return _has_right("can_review", person, queue)


def _has_right(right: str, person: str, queue: str) -> str:
    return (
        "exists (select 1 from queues_queuemember m"
        f" where m.queue_id = {queue} and m.user_id = {person} and m.{right}"
        " and m.removed_at is null)"
    )


# Who may have an item.


def has_opened(person: str, item: str = "i") -> str:
    """They have opened others' answers of the item, and get no slot of it in any round."""
    return (
        "exists (select 1 from queues_itemopened o"
        f" where o.item_id = {item}.id and o.user_id = {person})"
    )


def did_last_round(person: str, item: str = "i") -> str:
    return (
        "exists (select 1 from queues_slot p"
        f" where p.item_id = {item}.id and p.round = {item}.round - 1 and p.state = 'done'"
        f" and p.annotator_id = {person})"
    )


def is_barred(person: str, item: str = "i") -> str:
    """The item was sent back to others than those of its last round, and they are one of these."""
    return f"({item}.bars_last_round and {did_last_round(person, item)})"


def may_have(person: str, item: str = "i") -> str:
    """A slot of the item's present round may go to them.

    Not where they hold, have submitted or have skipped the item in this round, are barred from it,
    or have opened its answers.
    """
    return f"""
  not exists (select 1 from queues_reservation r
               where r.item_id = {item}.id and r.round = {item}.round and r.kind = 'annotate'
                 and r.annotator_id = {person} and (r.ended_at is null or {is_finished("r")}))
  and not {has_opened(person, item)}
  and not {is_barred(person, item)}
"""


def may_take_again(person: str, item: str = "i") -> str:
    """The same for one whose hold of this round has ended: a skip of theirs would be cleared."""
    return f"""
  not exists (select 1 from queues_slot own
               where own.item_id = {item}.id and own.round = {item}.round
                 and own.annotator_id = {person} and own.state in ('held', 'done'))
  and not {has_opened(person, item)}
  and not {is_barred(person, item)}
"""


def is_for(person: str, slot: str = "s") -> str:
    """A slot that nobody has, bound to them or to nobody."""
    return (
        f"({slot}.state = 'free'"
        f" and ({slot}.assigned_to_id is null or {slot}.assigned_to_id = {person}))"
    )


def has_place_for(person: str, of: str) -> str:
    """A slot of the item and round of `of` that a claim of theirs would find free."""
    return f"""exists (
  select 1 from queues_slot place
   where place.item_id = {of}.item_id and place.round = {of}.round
     and (place.assigned_to_id is null or place.assigned_to_id = {person})
     and (place.state = 'free' or {has_lapsed("place")}))"""


def open_for(annotator: User) -> Q:
    """Items with a slot for the annotator that they may have; a lapsed hold is as good as free."""
    of_round = {"item": OuterRef("pk"), "round": OuterRef("round")}
    unbound = Q(assigned_to=None) | Q(assigned_to=annotator)
    free = (Q(state=SlotState.FREE) & unbound) | lapsed_hold()
    done = Reservation.objects.filter(
        finished(), kind=Reservation.Kind.ANNOTATE, annotator=annotator, **of_round
    )
    last = Slot.objects.filter(
        item=OuterRef("pk"), round=OuterRef("round") - 1, state=SlotState.DONE, annotator=annotator
    )
    return (
        Q(Exists(Slot.objects.filter(free, **of_round)))
        & ~Q(Exists(done))
        & ~Q(Exists(Slot.objects.filter(live_hold(), annotator=annotator, **of_round)))
        & ~Q(Exists(ItemOpened.objects.filter(item=OuterRef("pk"), user=annotator)))
        & ~(Q(bars_last_round=True) & Q(Exists(last)))
    )


def is_erased(item: str = "i") -> str:
    """As `Item.is_erased`."""
    return f"{item}.snapshot::jsonb ? 'erased_at'"


# What feeds a queue by itself.


def items_of_rule(rule: str) -> str:
    """How many of a rule's items are in its queue; `rule`: SQL for its id."""
    return (
        "(select count(*) from queues_batch b join queues_item i on i.batch_id = b.id"
        f" where b.rule_id = {rule} and i.removed_at is null and i.kind = 'normal')"
    )


def can_feed(rule: str = "f") -> str:
    """The rule is on and not at its cap."""
    return (
        f"({rule}.enabled and ({rule}.cap is null or {rule}.cap > {items_of_rule(f'{rule}.id')}))"
    )


def is_fed(queue: str = "q") -> str:
    """Some rule can still add to the queue."""
    return f"exists (select 1 from queues_rule f where f.queue_id = {queue}.id and {can_feed('f')})"


def has_open_item(queue: str = "q") -> str:
    return (
        f"exists (select 1 from queues_item i where i.queue_id = {queue}.id"
        " and i.removed_at is null and i.kind = 'normal' and i.status <> 'completed')"
    )
