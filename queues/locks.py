"""The queue's lock: shared to change a slot or add items, exclusive to change status, N, strategy.

Taken first in a transaction and never upgraded; docs/rules.md has the order of all locks.
"""

from uuid import UUID

from django.db import connection

from annotate_site import sql

from .models import Item, Queue


def share(queue_id: UUID) -> None:
    _take("pg_advisory_xact_lock_shared", f"queue {queue_id}")


def exclude(queue_id: UUID) -> None:
    _take("pg_advisory_xact_lock", f"queue {queue_id}")


def add(queue_id: UUID) -> None:
    """One adding at a time, after the queue's lock: two of the same traces would deadlock."""
    _take("pg_advisory_xact_lock", f"adding {queue_id}")


def watching(project_id: UUID) -> None:
    """While it is decided whether arrivals of the project are noted: rules turned on and off."""
    _take("pg_advisory_xact_lock", f"watching {project_id}")


def _take(function: str, name: str) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a queue's lock is held until a transaction ends: open one first")
    sql.rows(f"select {function}(hashtextextended(%s, 0))", [name])


def lock_items(item_ids: set[UUID], *, skip_locked: bool = False) -> list[Item]:
    """The items' rows, locked in order of id; with `skip_locked` only those nobody else has."""
    rows = Item.objects.defer("snapshot").filter(pk__in=item_ids).order_by("pk")
    return list(rows.select_for_update(no_key=True, skip_locked=skip_locked))


def lock_item(queue: Queue, item_id: UUID) -> Item:
    """Queue lock (shared), then the item's row; raises Item.DoesNotExist."""
    share(queue.pk)
    return queue.items.select_for_update(no_key=True).defer("snapshot").get(pk=item_id)
