"""Rows that served their time, deleted in batches by beat; docs/operators.md tells for how long
each is kept.
"""

from datetime import timedelta
from time import monotonic

from annotate_site import sql

KEEP_OUTBOX = timedelta(days=7)  # after it is done, for whoever looks into what happened
KEEP_LOG_EVENTS = timedelta(days=7)  # so long a span may come after its log records, or these late
KEEP_IDEMPOTENCY_KEYS = timedelta(days=30)  # a repeat that comes later meets its ended hold
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
WAITING_SCORES = """
delete from reviews_waitingscore
 where id in (select id from reviews_waitingscore order by id limit %(batch)s)
   and created_at < statement_timestamp() - %(keep)s
"""
LOG_EVENTS = """
delete from traces_logevent
 where id in (select id from traces_logevent order by id limit %(batch)s)
   and created_at < statement_timestamp() - %(keep)s
"""


def prune() -> int:
    """How many rows went. Each batch is a transaction of its own; firing twice harms nothing."""
    over, gone = monotonic() + BUDGET.total_seconds(), 0
    for statement, keep in (
        (SESSIONS, timedelta()),
        (IDEMPOTENCY_KEYS, KEEP_IDEMPOTENCY_KEYS),
        (OUTBOX, KEEP_OUTBOX),
        (LOG_EVENTS, KEEP_LOG_EVENTS),
        (WAITING_SCORES, KEEP_LOG_EVENTS),
    ):
        deleted = BATCH
        while deleted == BATCH and monotonic() < over:
            deleted = sql.run(statement, {"batch": BATCH, "keep": keep})
            gone += deleted
    return gone
