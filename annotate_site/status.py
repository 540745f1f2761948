"""How the site is doing, from its rows: what /readyz and /metrics tell."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import RedisError

from queues.queries.holds import count_live_holds

from . import sql
from .jobs import heartbeat
from .jobs.outbox import ask_redis

OUTBOX = """
select count(*) as waiting,
       count(*) filter (where due_at < clock_timestamp() - interval '5 minutes') as overdue,
       coalesce(extract(epoch from clock_timestamp() - min(due_at)), 0)::integer as oldest
  from projects_outbox where done_at is null and due_at <= clock_timestamp()
"""
JOBS = "select state, count(*) as n from projects_job group by state"
TIMEOUTS = "select name, setting <> '0' as is_set from pg_settings where name = any(%s)"


class Outbox(NamedTuple):
    """Rows that are due; `overdue`: for more than five minutes; `oldest`: seconds."""

    waiting: int
    overdue: int
    oldest: int


def outbox() -> Outbox:
    found = sql.one(OUTBOX)
    assert found is not None
    return Outbox(*found)


def readiness() -> tuple[bool, dict[str, Any]]:
    """Database and migrations decide; the rest is reported, and fails nothing."""
    redis = "ok" if redis_answers() else "unreachable"
    try:
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if pending:  # tables that are asked below may be missing
            return False, {"database": "ok", "migrations_pending": pending, "redis": redis}
        return True, {
            "database": "ok",
            "migrations_pending": 0,
            "timeouts": "ok" if has_timeouts() else "missing: run manage.py set_timeouts",
            "redis": redis,
            "outbox_overdue": outbox().overdue,
            **{f"{name}_seconds_ago": age for name, age in heartbeat.ages().items()},
        }
    except DatabaseError:
        return False, {"database": "unreachable", "redis": redis}


def redis_answers() -> bool:
    """Asked with a deadline: one that hangs costs a second."""
    try:
        ask_redis()
    except (RedisError, OSError):
        return False
    return True


def has_timeouts() -> bool:
    """Whether no statement, lock or idle transaction can wait for ever."""
    return all(row.is_set for row in sql.rows(TIMEOUTS, [[*settings.DATABASE_TIMEOUTS]]))


class SiteCollector:
    """Figures for Prometheus, counted when it asks; without a database only that it is away."""

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily as Gauge

        try:
            figures = list(_figures())
        except DatabaseError:
            yield Gauge("annotate_database_up", "Whether the database answers.", 0)
        else:
            yield Gauge("annotate_database_up", "Whether the database answers.", 1)
            yield from figures
        yield Gauge("annotate_redis_up", "Whether Redis answers.", int(redis_answers()))


def _figures() -> Iterator[Any]:
    from prometheus_client.core import GaugeMetricFamily as Gauge

    waiting = outbox()
    yield Gauge("annotate_outbox_due", "Outbox rows that a worker should take.", waiting.waiting)
    yield Gauge("annotate_outbox_oldest_seconds", "How long the oldest is due.", waiting.oldest)
    yield Gauge("annotate_holds_live", "Items that annotators have open.", count_live_holds())
    jobs = Gauge("annotate_jobs", "Jobs by state.", labels=["state"])
    for row in sql.rows(JOBS):
        jobs.add_metric([row.state], row.n)
    yield jobs
    heard = Gauge("annotate_heartbeat_age_seconds", "Since a process ran.", labels=["process"])
    for name, age in heartbeat.ages().items():
        if age is not None:
            heard.add_metric([name], age)
    yield heard
