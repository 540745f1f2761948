"""The outbox: things a worker must do, as rows; Redis only wakes the worker.

A handler is registered by topic, gets the row's key, is idempotent, and may run more than once.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from annotate_site import sql
from annotate_site.projects.models import Event, Outbox

log = logging.getLogger(__name__)
HANDLERS: dict[str, Callable[[str], None]] = {}
MOST_ATTEMPTS = 8
DRAIN = "annotate_site.jobs.tasks.drain_outbox"  # by name: the task itself imports this module
WAKE_SECONDS = 0.5  # a page waits no longer for a Redis that hangs


def handles(topic: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    def register(handler: Callable[[str], None]) -> Callable[[str], None]:
        HANDLERS[topic] = handler
        return handler

    return register


def post(topic: str, key: str, event: Event, *, wait: timedelta | None = None) -> None:
    """Writes an outbox row in the present transaction and wakes the worker after its commit.

    With `wait` the row is only a safety net: somebody is doing the work already.
    """
    due = sql.clock() + (wait or timedelta())
    Outbox.objects.create(topic=topic, key=key, event=event, due_at=due)
    if wait is None:
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


# Taking a row pushes it forward in time: a worker that dies leaves it to the next round.
TAKE = """
update projects_outbox set attempts = attempts + 1,
       due_at = now() + interval '1 minute' * power(2, least(attempts, 6)) + interval '15 minutes'
 where id = (select id from projects_outbox
              where done_at is null and due_at <= now() and attempts < %s
              order by due_at, id limit 1 for update skip locked)
returning id, topic, key
"""


def drain(most: int = 100) -> int:
    """Works through waiting rows; returns how many were done."""
    done = 0
    for _ in range(most):
        with connection.cursor() as cursor:
            cursor.execute(TAKE, [MOST_ATTEMPTS])
            row = cursor.fetchone()
        if row is None:
            break
        done += _handle(*row)
    return done


def _handle(pk: int, topic: str, key: str) -> int:
    rows = Outbox.objects.filter(pk=pk)
    try:
        HANDLERS[topic](key)
    except Exception as error:
        log.exception("outbox %s %s failed", topic, pk)
        rows.update(last_error=f"{type(error).__name__}: {error}"[:500])
        return 0
    rows.update(done_at=timezone.now(), last_error="")
    return 1
