"""Rows that served their time, deleted in batches by beat; docs/operators.md tells for how long
each is kept.
"""

from datetime import timedelta
from time import monotonic
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from annotate_site import sql
from annotate_site.projects.events import BEAT, change, record
from annotate_site.projects.models import Event

KEEP_OUTBOX = timedelta(days=7)  # after it is done, for whoever looks into what happened
KEEP_LOG_EVENTS = timedelta(days=7)  # so long may a span or trace come after what is said of it
KEEP_IDEMPOTENCY_KEYS = timedelta(days=30)  # a repeat that comes later meets its ended hold
KEEP_MAILS = timedelta(days=30)  # after they have ended, for whoever looks into what was sent
KEEP_NOTICES = timedelta(days=90)  # after they were read
BATCH = 1000
BUDGET = timedelta(seconds=30)  # of one round: the rest is for the next hour

# Django signs nobody in by an expired one.
SESSIONS = """
delete from django_session
 where session_key in (select session_key from django_session
                        where expire_date < statement_timestamp()
                        order by expire_date limit %(batch)s)
"""
# The oldest come first in the primary key: an index by time would cost every submit.
IDEMPOTENCY_KEYS = """
delete from projects_idempotencykey
 where id in (select id from projects_idempotencykey order by id limit %(batch)s)
   and created_at < statement_timestamp() - %(keep)s
"""
OUTBOX = """
delete from projects_outbox
 where id in (select id from projects_outbox
               where done_at is not null and done_at < statement_timestamp() - %(keep)s
               order by done_at limit %(batch)s)
"""
MAILS = """
delete from projects_mail
 where id in (select id from projects_mail order by id limit %(batch)s)
   and ended_at < statement_timestamp() - %(keep)s
"""
# What still waits is no news to whoever has read of it, as long as the row is there.
NOTICES = """
delete from projects_notice
 where id in (select id from projects_notice
               where read_at < statement_timestamp() - %(keep)s
                 and (count = 0 or kind not in ('sent_back', 'review'))
               limit %(batch)s)
"""
# What may wait for a trace is kept no longer than its project keeps traces.
OF_TRACES = """
with old as (
  (select id from (select id, created_at from {table} order by id limit %(batch)s) first
    where created_at < statement_timestamp() - %(keep)s)
  union
  (select w.id from projects_project p join {table} w on w.project_id = p.id
    where p.keep_traces * interval '1 day' < %(keep)s
      and w.created_at < statement_timestamp() - p.keep_traces * interval '1 day'
    limit %(batch)s)
), gone as (
  delete from {table} where id in (select id from old) returning *
)
select project_id, count(*) as number, count(*) filter (where {lost}) as lost
  from gone group by project_id
"""
WAITING_SCORES = OF_TRACES.format(table="reviews_waitingscore", lost="true")
LOG_EVENTS = OF_TRACES.format(
    table="traces_logevent",
    lost="""not exists (select 1 from traces_span s
                         where s.project_id = gone.project_id and s.trace_id = gone.trace_id
                           and s.span_id = gone.span_id)""",
)


def prune() -> int:
    """How many rows went. Each batch is a transaction of its own; firing twice harms nothing."""
    over, gone = monotonic() + BUDGET.total_seconds(), 0
    for statement, keep in (
        (SESSIONS, timedelta()),
        (IDEMPOTENCY_KEYS, KEEP_IDEMPOTENCY_KEYS),
        (OUTBOX, KEEP_OUTBOX),
        (MAILS, KEEP_MAILS),
        (NOTICES, KEEP_NOTICES),
    ):
        deleted = BATCH
        while deleted == BATCH and monotonic() < over:
            deleted = sql.run(statement, {"batch": BATCH, "keep": keep})
            gone += deleted
    for statement, what in ((LOG_EVENTS, "log records"), (WAITING_SCORES, "scores")):
        deleted = BATCH
        while deleted >= BATCH and monotonic() < over:
            deleted = _drop_waiting(statement, what)
            gone += deleted
    return gone


def _drop_waiting(statement: str, what: str) -> int:
    """A batch; of what never met its span or trace an event says how much it was."""
    with transaction.atomic():
        dropped = sql.rows(statement, {"batch": BATCH, "keep": KEEP_LOG_EVENTS})
        record(*(_event(one.project_id, what, one.lost) for one in dropped if one.lost))
    return sum(one.number for one in dropped)


def _event(project: UUID, what: str, number: int) -> Event:
    why = "their span or trace did not come in time"
    return change(project, BEAT, "deletion", uuid7(), f"waiting {what}", "", number, reason=why)
