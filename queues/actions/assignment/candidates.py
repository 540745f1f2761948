"""Which item comes next for one annotator: one statement each, each locking one item.

Order: slots bound to the asker, the returned lane, then priority and order of
adding; lane and order each from the asker's remembered place, wrapping once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from annotate_site import sql

from ...conditions import is_finished, is_for, may_have
from .taking import Asker, Candidate

# A slot that can be given to somebody at all.
OPEN = """
  s.queue_id = %(queue)s and s.state = 'free' and s.round = i.round and i.removed_at is null
"""
ASKER_MAY = may_have("%(user)s")
# Somebody who is there could be dealt the slot: so a deal passes over what nobody can take.
SOMEBODY_MAY = f"""
  exists (select 1 from queues_queuemember m
           where m.queue_id = %(queue)s and m.can_annotate and m.removed_at is null
             and m.away_at is null and {may_have("m.user_id")}
             and not exists (select 1 from queues_slot b
                              where b.item_id = s.item_id and b.round = s.round
                                and b.state = 'free' and b.assigned_to_id = m.user_id))
"""
FIND = """
select i.id as item, i.round, i.status, s.id as slot, s.assigned_to_id as bound_to
  from queues_slot s join queues_item i on i.id = s.item_id {more}
 where {open} and {may} and {where}
 order by {order} limit 1
   for no key update of i {skip}
"""
LIST = """
select s.id as slot, s.item_id as item from queues_slot s join queues_item i on i.id = s.item_id
 where {open} and {may} and {where}
 order by {order} limit %(most)s
"""
UNBOUND = "s.assigned_to_id is null"
LANE_ORDER = "s.returned_at, s.id"
ORDER = "s.rank, s.seq"
BOUND = (
    "s.assigned_to_id = %(user)s",
    "s.bound_why = 'sent_back' desc, s.bound_at, s.returned_at nulls last, s.rank, s.seq",
)
LANE_AHEAD = (
    f"{UNBOUND} and s.returned_at is not null"
    " and (s.returned_at, s.id) > (%(place_returned_at)s, %(place_returned_slot)s)",
    LANE_ORDER,
)
LANE = (f"{UNBOUND} and s.returned_at is not null", LANE_ORDER)
SINCE = " and s.returned_at > %(exhausted_at)s - interval '2 minutes'"
AHEAD = (f"{UNBOUND} and (s.rank, s.seq) > (%(place_rank)s, %(place_seq)s)", ORDER)
ANYWHERE = (UNBOUND, ORDER)
# What was added since the order was exhausted, of one priority: a seek, not a scan.
ADDED = (f"{UNBOUND} and s.rank = %(rank)s and s.seq > %(after)s", ORDER)
RANKS = """
with recursive ranks as (
  (select rank from queues_slot where queue_id = %(queue)s and state = 'free'
    order by rank limit 1)
  union all
  select (select s.rank from queues_slot s
           where s.queue_id = %(queue)s and s.state = 'free' and s.rank > ranks.rank
           order by s.rank limit 1)
    from ranks where ranks.rank is not null
)
select rank from ranks
 where rank is not null
   and exists (select 1 from queues_slot s
                where s.queue_id = %(queue)s and s.state = 'free' and s.rank = ranks.rank
                  and s.seq > %(exhausted_seq)s)
"""
THIS_ITEM = (
    f"s.item_id = %(item)s and {is_for('%(user)s')}",
    "(s.assigned_to_id = %(user)s) desc nulls last, s.id",
)
OF_THESE = (
    f"s.item_id = any(%(items)s) and {is_for('%(user)s')}",
    "array_position(%(items)s::uuid[], s.item_id),"
    " (s.assigned_to_id = %(user)s) desc nulls last, s.id",
)
SENT_BACK = ("s.assigned_to_id = %(user)s and s.bound_why = 'sent_back'", "s.bound_at, s.id")
# The end of the longest list of dealt slots: what its owner would come to last.
DEALT_SLOTS = """
  join (select assigned_to_id as person, count(*) as n from queues_slot
         where queue_id = %(queue)s and state = 'free' and assigned_to_id <> %(user)s
           and bound_why = 'deal' group by 1) dealt on dealt.person = s.assigned_to_id
"""
DEALT = (
    "s.bound_why = 'deal'",
    "dealt.n desc, dealt.person, s.bound_at desc, s.rank desc, s.seq desc",
)


class FreeSlot(NamedTuple):
    slot: int
    item: UUID


# The condition and order of a FIND, and its parameters.
Search = tuple[tuple[str, str], dict[str, Any]]


def next_candidate(asker: Asker, *, skip_locked: bool) -> Candidate | None:
    """The next unbound item for the asker, its row locked, or None."""
    for wanted, params in _searches(asker):
        if found := _find(wanted, params, skip_locked):
            return found
    return None


def bound_candidate(asker: Asker, *, skip_locked: bool) -> Candidate | None:
    """The next item with a slot bound to the asker."""
    return _find(BOUND, _params(asker), skip_locked) if asker.has_bound else None


def dealt_candidate(asker: Asker, *, skip_locked: bool) -> Candidate | None:
    """An item dealt to the colleague with the most dealt slots, of which the asker may take one."""
    return _find(DEALT, _params(asker), skip_locked, DEALT_SLOTS)


def this_candidate(asker: Asker, item_id: UUID, *, skip_locked: bool = False) -> Candidate | None:
    """The same for one chosen item; None where the asker may not have a slot of it."""
    return _find(THIS_ITEM, {**_params(asker), "item": item_id}, skip_locked)


def first_of(asker: Asker, item_ids: list[UUID]) -> Candidate | None:
    """The first of these items that has a slot the asker may take, its row locked."""
    return _find(OF_THESE, {**_params(asker), "items": item_ids}, True) if item_ids else None


def sent_back_candidate(asker: Asker) -> Candidate | None:
    return _find(SENT_BACK, _params(asker), True)


def unbound_slots(asker: Asker, may: str, most: int, *, for_all: bool = False) -> list[FreeSlot]:
    """(slot, item) of the first `most` unbound slots in the asker's order; nothing is locked."""
    found: dict[int, FreeSlot] = {}
    for (where, order), params in _searches(asker, for_all=for_all):
        statement = LIST.format(open=OPEN, may=may, where=where, order=order)
        rows = sql.rows(statement, {**params, "most": most}, into=FreeSlot)
        found |= {row.slot: row for row in rows if row.slot not in found}
        if len(found) >= most:
            break
    return list(found.values())[:most]


def _searches(asker: Asker, *, for_all: bool = False) -> Iterator[Search]:
    """Where to look, in order. Once the order is exhausted only at what is new since.

    `for_all`: it was exhausted for the asker alone, so where something is new all is looked at.
    """
    params, lane = _params(asker), []
    if asker.has_returned:
        lane = [LANE_AHEAD, LANE] if asker.place_returned_at else [LANE]
    if asker.exhausted_at is None or (for_all and asker.has_newer_items):
        order = [ANYWHERE] if asker.place_rank is None else [AHEAD, ANYWHERE]
        yield from ((wanted, params) for wanted in [*lane, *order])
        return
    yield from (((where + SINCE, order), params) for where, order in lane)
    if asker.has_newer_items:
        yield from ((ADDED, params | added) for added in _added(asker, params))


def _added(asker: Asker, params: dict[str, Any]) -> Iterator[dict[str, int]]:
    """Each priority that has something new, from the asker's place on, then from the top."""
    ranks = [row.rank for row in sql.rows(RANKS, params)]
    seen, place = asker.exhausted_seq, asker.place_rank
    for rank in ranks if place is not None else []:
        if rank >= place:
            after = max(seen, asker.place_seq or 0) if rank == place else seen
            yield {"rank": rank, "after": after}
    yield from ({"rank": rank, "after": seen} for rank in ranks)


def _params(asker: Asker) -> dict[str, Any]:
    return asker._asdict()


def _find(
    wanted: tuple[str, str], params: dict[str, Any], skip_locked: bool, more: str = ""
) -> Candidate | None:
    where, order = wanted
    skip = "skip locked" if skip_locked else ""
    statement = FIND.format(
        open=OPEN, may=ASKER_MAY, where=where, order=order, more=more, skip=skip
    )
    return sql.one(statement, params, into=Candidate)


# The same rule as `may_have`, turned round: who may not have the items, and why.
EXCLUDED = f"""
select r.item_id as item, r.annotator_id as person,
       case when r.ended_at is null then 'has it open' when r.ending = 'submitted'
            then 'has submitted it' else 'has skipped it' end as why
  from queues_reservation r join queues_item i on i.id = r.item_id and i.round = r.round
 where r.item_id = any(%(items)s) and r.kind = 'annotate'
   and (r.ended_at is null or {is_finished("r")})
union all
select o.item_id, o.user_id, 'has seen its answers' from queues_itemopened o
 where o.item_id = any(%(items)s)
union all
select i.id, p.annotator_id, 'had it in the last round' from queues_item i
  join queues_slot p on p.item_id = i.id and p.round = i.round - 1 and p.state = 'done'
 where i.id = any(%(items)s) and i.bars_last_round
union all
select s.item_id, s.assigned_to_id, 'is bound to it already' from queues_slot s
  join queues_item i on i.id = s.item_id and i.round = s.round
 where s.item_id = any(%(items)s) and s.state = 'free' and s.assigned_to_id is not null
"""


def excluded(item_ids: Iterable[UUID]) -> dict[UUID, dict[int, str]]:
    """{item: {person: why not}}; the caller has locked the items, so that it stays true."""
    found: dict[UUID, dict[int, str]] = defaultdict(dict)
    for row in sql.rows(EXCLUDED, {"items": list(item_ids)}):
        found[row.item].setdefault(row.person, row.why)
    return found
