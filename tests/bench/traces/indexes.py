"""What the indexes of traces cost when traces come."""

import time
from collections.abc import Iterable

from django.db import transaction

from annotate_site import sql
from traces.models import Trace

from .rows import TRACES, Crowd

MANY = 20_000
BY_COLUMN = ("trace_list_name", "trace_list_latency", "trace_list_tokens", "trace_list_cost")
LISTS = ("trace_list_status", "trace_list_session", "trace_list_user")
WITHOUT: dict[str, tuple[str, ...]] = {
    "with all indexes": (),
    **{f"without {name}": (name,) for name in (*BY_COLUMN, *LISTS)},
    "without those of four orders": BY_COLUMN,
    "without any of these": (*BY_COLUMN, *LISTS),
}
SIZE = "select pg_relation_size(%(name)s::regclass) as bytes"


def measure(crowd: Crowd) -> None:
    """Each in a transaction that is rolled back."""
    print(f"\nInserting {MANY:,} traces among those that are there, rows of traces alone")
    for name in [one.name for one in Trace._meta.indexes]:
        found = sql.one(SIZE, {"name": name})
        print(f"  {name:34}{found.bytes / 1e6 if found else 0:19.0f} MB")
    for told, indexes in WITHOUT.items():
        print(f"  {told:34}{_rows_per_second(crowd, indexes):16,.0f} rows/s", flush=True)


def _rows_per_second(crowd: Crowd, without: Iterable[str]) -> float:
    known = {"project": crowd.project.pk, "many": MANY}
    with transaction.atomic():
        sql.run("set local statement_timeout = 0")
        for name in without:
            sql.run(f"drop index {name}")
        began = time.perf_counter()
        sql.run(TRACES.replace("'run-'", "'more-'"), known)
        taken = time.perf_counter() - began
        transaction.set_rollback(True)
    return MANY / taken
