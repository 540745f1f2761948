"""Raw SQL in few words, for the statements where each round trip counts."""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

Params = Mapping[str, Any] | Sequence[Any]


@lru_cache(maxsize=256)
def _row_type(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns)


def rows(sql: str, params: Params = ()) -> list[Any]:
    """Runs one statement; its result as named tuples, [] where it returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if cursor.description is None:
            return []
        make = _row_type(tuple(column.name for column in cursor.description))
        return [make(*row) for row in cursor.fetchall()]


def one(sql: str, params: Params = ()) -> Any | None:
    """The first row, or None."""
    found = rows(sql, params)
    return found[0] if found else None


def run(sql: str, params: Params = ()) -> int:
    """Runs one statement; how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        changed: int = cursor.rowcount
        return changed


def clock() -> datetime:
    """The database's clock, the only one that decides anything."""
    row = one("select clock_timestamp() as now")
    assert row is not None
    now: datetime = row.now
    return now
