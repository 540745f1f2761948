"""Queues as they are after months: their rows are made by SQL, because actions would take hours.

They have no events, so `check_invariants` is not for them.
"""

from annotate_site import sql
from annotate_site.projects.models import Project, User
from fields.models import Field
from queues.models import Queue
from tests import factories

REQUIRED = 3  # annotations of each item: what one person has done is open to others
CONTENT = '{"inputs": {"question": "Where is my parcel?"}, "outputs": {"answer": "On its way."}}'
# Ids in the order of adding, as those that the site makes.
ITEMS = """
insert into queues_item (id, queue_id, kind, source_kind, source_key, title, preview, snapshot,
       snapshot_hash, priority, status, required, extra, round, review_state, bars_last_round,
       created_at)
select overlay(gen_random_uuid()::text placing lpad(to_hex(n), 8, '0') from 1)::uuid, %(queue)s,
       'normal', 'trace', gen_random_uuid()::text, 'Chat ' || n, '',
       %(content)s::json, '', 0, 'pending', %(slots)s, 0, 1, '', false, now() - interval '1 day'
  from generate_series(1, %(items)s) n
"""
# The n-th of the people has the n-th slot of each item he has done.
SLOTS = """
insert into queues_slot (queue_id, item_id, round, rank, seq, state, annotator_id, bound_why)
select %(queue)s, item.id, 1, 0, item.seq, case when who.id is null then 'free' else 'done' end,
       who.id, ''
  from (select id, seq, row_number() over (order by seq) as n from queues_item
         where queue_id = %(queue)s) item
 cross join generate_series(1, %(slots)s) as made(slot)
  left join unnest(%(people)s::bigint[], %(done)s::int[]) with ordinality as who(id, done, slot)
    on who.slot = made.slot and item.n <= who.done
 order by item.seq, made.slot
"""
RESERVATIONS = """
insert into queues_reservation (kind, queue_id, item_id, slot_id, round, annotator_id, token,
       opened_at, ended_at, ending, reason)
select 'annotate', queue_id, item_id, id, 1, annotator_id, gen_random_uuid(),
       now() - interval '1 day', now() - interval '1 day', 'submitted', ''
  from queues_slot where queue_id = %(queue)s and state = 'done'
"""
ANNOTATIONS = """
insert into reviews_annotation (queue_id, item_id, round, annotator_id, state, version, draft,
       field_set, started_at, saved_at, submitted_at)
select queue_id, item_id, 1, annotator_id, 'submitted', 1, '{}', '[]', now() - interval '1 day',
       now() - interval '1 day', now() - interval '1 day'
  from queues_slot where queue_id = %(queue)s and state = 'done'
"""
PLACE = """
update queues_queuemember m set place_rank = last.rank, place_seq = last.seq
  from (select rank, seq from queues_slot
         where queue_id = %(queue)s and state = 'done' and annotator_id = %(user)s
         order by seq desc limit 1) last
 where m.queue_id = %(queue)s and m.user_id = %(user)s
"""


def grown_queue(project: Project, fields: list[Field], items: int, done: dict[User, int]) -> Queue:
    """An active queue, N = 3; `done`: its annotators, and how many of its first items each did."""
    people = list(done)
    queue = factories.make_queue(
        project, by=people[0], fields=fields, annotators=people, annotations_required=REQUIRED
    )
    known = {
        "queue": queue.pk, "items": items, "slots": REQUIRED, "content": CONTENT,
        "people": [person.pk for person in people], "done": list(done.values()),
    }  # fmt: skip
    for statement in (ITEMS, SLOTS, RESERVATIONS, ANNOTATIONS):
        sql.run(statement, known)
    for person in people:
        sql.run(PLACE, {**known, "user": person.pk})
    return queue
