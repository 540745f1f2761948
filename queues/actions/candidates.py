"""Which item comes next for one annotator: one statement each, each locking one item.

Order: slots bound to the asker, the returned lane, then priority and order of
adding; lane and order each from the asker's remembered place, wrapping once.
"""

from typing import Any

from annotate_site import sql

# Never an item the asker holds, has submitted or skipped in this round, is barred from, or whose
# answers the asker has opened.
ELIGIBLE = """
  s.queue_id = %(queue)s and s.state = 'free' and s.round = i.round
  and i.removed_at is null
  and not exists (select 1 from queues_reservation r
                   where r.item_id = s.item_id and r.round = s.round and r.kind = 'annotate'
                     and r.annotator_id = %(user)s
                     and (r.ended_at is null or r.ending = 'submitted'
                          or (r.ending = 'skipped' and r.cleared_at is null)))
  and not exists (select 1 from queues_itemopened o
                   where o.item_id = s.item_id and o.user_id = %(user)s)
  and not (i.bars_last_round and exists (
           select 1 from queues_slot p
            where p.item_id = i.id and p.round = i.round - 1 and p.state = 'done'
              and p.annotator_id = %(user)s))
"""
FIND = """
select i.id as item, i.round, i.status, s.id as slot, s.rank, s.seq, s.returned_at
  from queues_slot s join queues_item i on i.id = s.item_id
 where {eligible} and {where}
 order by {order} limit 1
   for no key update of i {skip}
"""
UNBOUND = "s.assigned_to_id is null"
LANE_ORDER = "s.returned_at, s.id"
ORDER = "s.rank, s.seq"
BOUND = ("s.assigned_to_id = %(user)s", "s.bound_at, s.rank, s.seq")
LANE_AHEAD = (
    f"{UNBOUND} and s.returned_at is not null"
    " and (s.returned_at, s.id) > (%(place_returned_at)s, %(place_returned_slot)s)",
    LANE_ORDER,
)
LANE = (f"{UNBOUND} and s.returned_at is not null", LANE_ORDER)
AHEAD = (f"{UNBOUND} and (s.rank, s.seq) > (%(place_rank)s, %(place_seq)s)", ORDER)
ANYWHERE = (UNBOUND, ORDER)
THIS_ITEM = (
    "s.item_id = %(item)s and (s.assigned_to_id is null or s.assigned_to_id = %(user)s)",
    "(s.assigned_to_id = %(user)s) desc nulls last, s.id",
)
SENT_BACK = ("s.assigned_to_id = %(user)s and s.bound_why = 'sent_back'", "s.bound_at, s.id")


def next_candidate(asker: Any, *, skip_locked: bool) -> Any | None:
    """The next item for the asker (a row of `claiming.ASKER`), its row locked; None if none."""
    for wanted in _searches(asker):
        if found := _find(wanted, _params(asker), skip_locked):
            return found
    return None


def this_candidate(asker: Any, item_id: Any, *, skip_locked: bool = False) -> Any | None:
    """The same for one chosen item; None where the asker may not have a slot of it."""
    return _find(THIS_ITEM, {**_params(asker), "item": item_id}, skip_locked)


def sent_back_candidate(asker: Any) -> Any | None:
    return _find(SENT_BACK, _params(asker), True)


def _searches(asker: Any) -> list[tuple[str, str]]:
    searches = [BOUND] if asker.has_bound else []
    if asker.has_returned:
        searches += [LANE_AHEAD] if asker.place_returned_at else []
        searches += [LANE]
    searches += [AHEAD] if asker.place_rank is not None else []
    return [*searches, ANYWHERE]


def _params(asker: Any) -> dict[str, Any]:
    return asker._asdict()  # type: ignore[no-any-return]


def _find(wanted: tuple[str, str], params: dict[str, Any], skip_locked: bool) -> Any | None:
    where, order = wanted
    statement = FIND.format(
        eligible=ELIGIBLE, where=where, order=order, skip="skip locked" if skip_locked else ""
    )
    return sql.one(statement, params)
