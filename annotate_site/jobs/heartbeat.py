"""When worker and beat last said that they run: rows, so that it is known without Redis."""

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler
from django.db import DatabaseError, connection

from annotate_site import sql

WORKER, BEAT = "worker", "beat"
EVERY = 60.0  # seconds
log = logging.getLogger(__name__)

NOTE = """
insert into projects_heartbeat (name, at) values (%s, clock_timestamp())
on conflict (name) do update set at = excluded.at
"""
AGES = """
select name, extract(epoch from clock_timestamp() - at)::integer as seconds
  from projects_heartbeat
"""


def note(name: str) -> None:
    """Says that this kind of process runs; where the database is away nobody could read it."""
    try:
        sql.run(NOTE, [name])
    except DatabaseError as error:
        log.warning("heartbeat of %s not noted: %s", name, type(error).__name__)
    finally:
        connection.close()  # nothing else here needs one


def ages() -> dict[str, int | None]:
    """Seconds since worker and beat were last heard of; None for never."""
    found = {row.name: row.seconds for row in sql.rows(AGES)}
    return {name: found.get(name) for name in (WORKER, BEAT)}


class Scheduler(PersistentScheduler):  # type: ignore[misc]
    """Celery's own, which also says that it runs, before it asks Redis for anything."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self.noted = float("-inf")
        super().__init__(*args, **more)

    def tick(self, *args: Any, **more: Any) -> float:
        now = time.monotonic()
        if now - self.noted >= EVERY:
            note(BEAT)
            self.noted = now
        seconds: float = super().tick(*args, **more)
        return min(seconds, EVERY)
