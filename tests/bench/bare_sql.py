"""The peer: the work of one cycle in bare SQL on the same tables, without Django or checks.

Each statement is prepared and does what the site's own does to the rows: what is left behind
passes `check_invariants` like anybody's work. Nothing is validated, rendered or answered.
"""

import json
import os
from typing import Any
from uuid import UUID, uuid4

import psycopg

from .crowd import Sit
from .scene import ANSWERS, Post

LOCK = "select pg_advisory_xact_lock_shared(hashtextextended(%(lock)s, 0))"
SUBMIT = (
    """
insert into projects_idempotencykey (user_id, key, request_hash, outcome, created_at)
values (%(user)s, %(submission)s, '', '{"code": "accepted"}', now())
""",
    "select id from queues_item where id = %(item)s for no key update",
    """
with annotation as (
  insert into reviews_annotation (queue_id, item_id, round, annotator_id, state, version, draft,
         submission_id, field_set, started_at, saved_at, submitted_at)
  values (%(queue)s, %(item)s, %(round)s, %(user)s, 'submitted', 1, '{}', %(submission)s::uuid,
          %(field_set)s, now(), now(), now()) returning id
)
insert into reviews_score (project_id, trace_id, item_id, round, annotation_id, field_id,
       annotator_id, source_kind, source_key, value, note, created_at)
select %(project)s, %(trace)s, %(item)s, %(round)s, annotation.id, g.field, %(user)s, 'human', '',
       g.value, '', now()
  from annotation, jsonb_to_recordset(%(answers)s::jsonb) as g(field uuid, value jsonb)
""",
    """
update queues_reservation set ended_at = clock_timestamp(), ending = 'submitted'
 where token = %(token)s
""",
    """
update queues_slot set state = 'done', token = null, expires_at = null
 where id = %(slot)s and token = %(token)s
""",
    """
update queues_item set status = 'completed', needs_review = false,
       completed_at = clock_timestamp() where id = %(item)s
""",
    "update traces_tracequeue set state = 'completed' where item_id = %(item)s",
    """
insert into traces_tracefeedback (project_id, lineage, start, trace_id, score_id, number, text)
select s.project_id, f.lineage, t.start, t.id, s.id,
       case jsonb_typeof(s.value) when 'number' then s.value::text::float8 end,
       case jsonb_typeof(s.value) when 'string' then s.value #>> '{}' end
  from reviews_score s join fields_field f on f.id = s.field_id
  join traces_trace t on t.id = s.trace_id
 where s.item_id = %(item)s and s.round = %(round)s
""",
    """
insert into projects_event (project_id, queue_id, item_id, actor_id, actor_kind, object_type,
       object_id, attribute, from_value, to_value, reason)
values (%(project)s, %(queue)s, %(item)s, %(user)s, 'person', 'slot', %(slot)s::text, 'state',
        'held', 'done', ''),
       (%(project)s, %(queue)s, %(item)s, %(user)s, 'person', 'annotation', %(submission)s,
        'state', '', 'submitted', ''),
       (%(project)s, %(queue)s, %(item)s, %(user)s, 'person', 'item', %(item)s::text, 'status',
        'in_progress', 'completed', '')
""",
)
FIND = """
select s.id as slot, s.item_id, s.round, i.source_key::uuid as trace, s.rank, s.seq
  from queues_slot s join queues_item i on i.id = s.item_id
 where s.queue_id = %(queue)s and s.state = 'free' and i.removed_at is null
   and (s.rank, s.seq) > (%(rank)s, %(seq)s)
   and not exists (select 1 from queues_reservation r
                    where r.item_id = s.item_id and r.annotator_id = %(user)s)
 order by s.rank, s.seq limit 1 for no key update of i, s skip locked
"""
PLACE = ("slot", "item", "round", "trace", "rank", "seq")
HELD = """
select s.id, s.item_id, s.round, i.source_key::uuid, s.rank, s.seq, s.token
  from queues_slot s join queues_item i on i.id = s.item_id
 where s.queue_id = %(queue)s and s.state = 'held' and s.annotator_id = %(user)s
"""
CLAIM = (
    """
update queues_slot set state = 'held', annotator_id = %(user)s, token = %(token)s,
       held_at = clock_timestamp(), expires_at = clock_timestamp() + interval '1 hour'
 where id = %(slot)s
""",
    """
insert into queues_reservation (kind, queue_id, item_id, slot_id, round, annotator_id, token,
       opened_at, ending, reason)
values ('annotate', %(queue)s, %(item)s, %(slot)s, %(round)s, %(user)s, %(token)s,
        clock_timestamp(), '', '')
""",
    """
update queues_queuemember set place_rank = %(rank)s, place_seq = %(seq)s,
       last_asked_at = clock_timestamp() where queue_id = %(queue)s and user_id = %(user)s
""",
    "update queues_item set status = 'in_progress' where id = %(item)s",
    """
insert into projects_event (project_id, queue_id, item_id, actor_id, actor_kind, object_type,
       object_id, attribute, from_value, to_value, reason)
values (%(project)s, %(queue)s, %(item)s, %(user)s, 'person', 'slot', %(slot)s::text, 'state',
        'free', 'held', ''),
       (%(project)s, %(queue)s, %(item)s, %(user)s, 'person', 'item', %(item)s::text, 'status',
        'pending', 'in_progress', '')
""",
)
READ = "select snapshot from queues_item where id = %(item)s"


class Script:
    """One connection that claims and submits for one person."""

    def __init__(self, post: Post, number: int) -> None:
        queue = post.queue
        fields = [(one.field_id, one.field.kind) for one in queue.queue_fields.all()]
        answers = [{"field": str(pk), "value": _value(kind)} for pk, kind in fields]
        self.known: dict[str, Any] = {
            "lock": f"queue {queue.pk}", "queue": queue.pk, "project": queue.project_id,
            "user": post.people[number].pk, "rank": 0, "seq": -1,
            "answers": json.dumps(answers),
            "field_set": json.dumps([(str(pk), True) for pk, _ in fields]),
        }  # fmt: skip
        self.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        self.holds = self._resume() or self._claim()

    def cycle(self) -> bool:
        """Submits what is held and claims the next; False if nothing is left."""
        if not self.holds:
            return False
        with self.connection.transaction():
            self._run(LOCK, submission=str(uuid4()))
            for statement in SUBMIT:
                self._run(statement)
        self.holds = self._claim()
        return self.holds

    def _resume(self) -> bool:
        """Takes up what an earlier slice left in hand."""
        found = self._run(HELD).fetchone()
        if found is None:
            return False
        self.known |= dict(zip((*PLACE, "token"), found, strict=True))
        return True

    def _claim(self) -> bool:
        with self.connection.transaction():
            self._run(LOCK)
            found = self._run(FIND).fetchone()
            if found is None:
                return False
            self.known |= dict(zip(PLACE, found, strict=True))
            self._run(CLAIM[0], token=uuid4())
            for statement in CLAIM[1:]:
                self._run(statement)
        self._run(READ).fetchone()
        return True

    def _run(self, statement: str, **more: str | UUID) -> psycopg.Cursor[Any]:
        self.known |= more
        return self.connection.execute(statement, self.known, prepare=True)


def _value(kind: str) -> Any:
    return int(ANSWERS[kind]) if kind == "rating" else ANSWERS[kind]


def sit(post: Post) -> Sit:
    """For `crowd.work`: the annotators of a post."""
    return lambda number: Script(post, number).cycle
