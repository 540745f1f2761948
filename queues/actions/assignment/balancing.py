"""Load balanced: scarce slots are left for colleagues who ask for work and hold less."""

from annotate_site import sql

from ...conditions import is_live, may_have
from .candidates import ASKER_MAY, unbound_slots
from .taking import Asker

RECENT = "15 minutes"

# Colleagues who asked lately, are there, are below their limit and hold strictly fewer.
LESS_LOADED = f"""
select m.user_id as person from queues_queuemember m
  left join (select s.annotator_id, count(*) as n from queues_slot s
              where s.queue_id = %(queue)s and {is_live("s")}
              group by 1) held on held.annotator_id = m.user_id
 where m.queue_id = %(queue)s and m.user_id <> %(user)s and m.can_annotate
   and m.removed_at is null and m.away_at is null
   and m.last_asked_at > clock_timestamp() - interval '{RECENT}'
   and coalesce(held.n, 0) < least(%(holds)s, %(open_limit)s)
"""
WHO_MAY = f"""
select count(*) as n from unnest(%(people)s::bigint[]) as m(person)
 where exists (select 1 from queues_slot s join queues_item i on i.id = s.item_id
                where s.id = any(%(slots)s) and {may_have("m.person")})
"""


def held_for_colleagues(asker: Asker, holds: int) -> bool:
    """Whether what the asker may take is no more than there are colleagues to leave it for.

    `holds`: live holds of the asker's. The caller has the deal row, so that two askers who hold
    something decide one after the other.
    """
    if not holds:
        return False
    params = {**asker._asdict(), "holds": holds}
    people = [row.person for row in sql.rows(LESS_LOADED, params)]
    slots = [row.slot for row in unbound_slots(asker, ASKER_MAY, len(people) + 1)]
    if not slots or len(slots) > len(people):
        return False
    able = sql.one(WHO_MAY, {"people": people, "slots": slots})
    return able is not None and len(slots) <= able.n
