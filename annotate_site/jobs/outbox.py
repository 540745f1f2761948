"""The outbox: things a worker must do, as rows; Redis only wakes the worker.

A handler is registered by topic, gets the row's key, is idempotent, and may run more than once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from annotate_site import sql
from annotate_site.projects.models import Event, Outbox

log = logging.getLogger(__name__)
DRAIN = "annotate_site.jobs.tasks.drain_outbox"  # by name: the task itself imports this module
MOST_ATTEMPTS = 8
BACK_AFTER = timedelta(minutes=2)  # a row whose worker died
FIRST_PAUSE = timedelta(seconds=15)  # after a failure; doubled by each further one
BUDGET = timedelta(seconds=30)  # of one drain: far below the time limit of any task
WAKE_SECONDS = 0.5  # a page waits no longer for a Redis that hangs


@dataclass(frozen=True)
class Unfinished:
    """It went well, and there is more to do: the row is due again, behind those that wait."""


@dataclass(frozen=True)
class NotYet:
    """Somebody else is at it: the row is due again then, or sooner if they leave it."""

    until: datetime


Handler = Callable[[str], Unfinished | NotYet | None]


@dataclass(frozen=True)
class Topic:
    work: Handler
    give_up: Handler


TOPICS: dict[str, Topic] = {}


def handles(topic: str, *, work: Handler, give_up: Handler) -> None:
    """`work` does what the row is for; None: it is done. An exception: it is tried again later.

    `give_up` is called in its place once it has failed, or died, for MOST_ATTEMPTS times.
    """
    TOPICS[topic] = Topic(work, give_up)


def post(
    topic: str, key: str, event: Event | None = None, *, wait: timedelta | None = None
) -> None:
    """Writes an outbox row in the present transaction and wakes the worker after its commit.

    With `wait` the row is only a safety net: somebody is doing the work already.
    """
    due = sql.clock() + (wait or timedelta())
    Outbox.objects.create(topic=topic, key=key, event=event, due_at=due)
    if wait is None:
        transaction.on_commit(wake, robust=True)


def hasten(topic: str, key: str) -> None:
    """The rows of this key are due now, whatever they were to wait for."""
    Outbox.objects.filter(topic=topic, key=key, done_at=None).update(due_at=sql.clock())
    transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Tells the worker; where Redis is away, beat's next round finds the row."""
    try:
        ask_redis()
        current_app.send_task(DRAIN)
    except Exception as error:  # any transport's own error
        log.warning("worker not woken: %s", type(error).__name__)


def ask_redis() -> None:
    """Raises where Redis does not answer at once: publishing to one that hangs takes 30 seconds."""
    client = Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=WAKE_SECONDS,
        socket_timeout=WAKE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    with client:
        client.ping()


# Taking a row pushes it forward in time: a worker that dies leaves it to a later round.
TAKE = """
update projects_outbox set attempts = attempts + 1, due_at = clock_timestamp() + %(back_after)s
 where id = (select id from projects_outbox
              where done_at is null and due_at <= statement_timestamp()
              order by due_at, id limit 1 for update skip locked)
returning id, topic, key, attempts
"""
DONE = "update projects_outbox set done_at = clock_timestamp() where id = %(id)s"
# What is no failure is no attempt either.
UNFINISHED = """
update projects_outbox set attempts = 0, due_at = clock_timestamp()
 where id = %(id)s and done_at is null
"""
NOT_YET = """
update projects_outbox
   set attempts = greatest(attempts - 1, 0), due_at = least(due_at, %(until)s)
 where id = %(id)s and done_at is null
"""
FAILED = """
update projects_outbox
   set last_error = %(error)s, due_at = clock_timestamp() + %(pause)s * power(2, attempts - 1)
 where id = %(id)s and done_at is null
"""


def drain() -> int:
    """Works through the rows that are due, for so long as the budget lasts; how many it finished.

    What is left by then is another drain's, for which it wakes a worker.
    """
    over, finished = monotonic() + BUDGET.total_seconds(), 0
    while row := sql.one(TAKE, {"back_after": BACK_AFTER}):
        finished += _handle(row.id, row.topic, row.key, row.attempts)
        if monotonic() >= over:
            wake()
            break
    return finished


def _handle(pk: int, topic: str, key: str, attempts: int) -> bool:
    try:
        known = TOPICS[topic]
        outcome = (known.work if attempts <= MOST_ATTEMPTS else known.give_up)(key)
    except Exception as error:
        log.exception("outbox %s %s failed", topic, pk)
        text = f"{type(error).__name__}: {error}"[:500]
        sql.run(FAILED, {"id": pk, "error": text, "pause": FIRST_PAUSE})
        if isinstance(error, SoftTimeLimitExceeded):
            raise
        return False
    match outcome:
        case None:
            sql.run(DONE, {"id": pk})
        case Unfinished():
            sql.run(UNFINISHED, {"id": pk})
        case NotYet(until=until):
            sql.run(NOT_YET, {"id": pk, "until": until})
    return outcome is None
