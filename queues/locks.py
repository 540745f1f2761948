"""The queue's lock: shared to change a slot or add items, exclusive to change status, N, strategy.

Taken first in a transaction and never upgraded; docs/rules.md has the order of all locks.
"""

from uuid import UUID

from django.db import connection

from annotate_site import sql


def share(queue_id: UUID) -> None:
    _take("pg_advisory_xact_lock_shared", f"queue {queue_id}")


def exclude(queue_id: UUID) -> None:
    _take("pg_advisory_xact_lock", f"queue {queue_id}")


def add(queue_id: UUID) -> None:
    """One adding at a time, after the queue's lock: two of the same traces would deadlock."""
    _take("pg_advisory_xact_lock", f"adding {queue_id}")


def _take(function: str, name: str) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a queue's lock is held until a transaction ends: open one first")
    sql.rows(f"select {function}(hashtextextended(%s, 0))", [name])
