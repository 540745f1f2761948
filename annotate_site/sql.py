"""Raw SQL in few words, for the statements where each round trip counts."""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import DEFERRED, Model

Params = Mapping[str, Any] | Sequence[Any]
M = TypeVar("M", bound=Model)

# By statement, each of which is a constant: to ask for the names of the columns takes long.
_row_types: dict[str, Any] = {}


def rows(sql: str, params: Params = ()) -> list[Any]:
    """Runs one statement; its result as named tuples, [] where it returns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if cursor.rownumber is None:  # no result, not even an empty one
            return []
        found = cursor.fetchall()
        if found and sql not in _row_types:
            _row_types[sql] = namedtuple("Row", [one.name for one in cursor.description])
        return [_row_types[sql](*row) for row in found]


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


def columns(model: type[Model], table: str, *, without: Sequence[str] = ()) -> str:
    """The model's columns for a select list, each as "<table>_<column>": see `made`.

    Putting such a statement together costs Django ten times what running it costs.
    """
    names = [one.column for one in model._meta.concrete_fields if one.column not in without]
    return ", ".join(f'{table}."{name}" as {table}_{name}' for name in names)


def made(model: type[M], row: Any, table: str) -> M:
    """The object that a row has the `columns` of; what they left out is loaded when asked for."""
    fields = model._meta.concrete_fields
    values = [getattr(row, f"{table}_{one.column}", DEFERRED) for one in fields]
    for place, one in enumerate(fields):
        if hasattr(one, "from_db_value") and values[place] is not DEFERRED:
            values[place] = one.from_db_value(values[place], None, connection)
    return model.from_db(DEFAULT_DB_ALIAS, [one.attname for one in fields], values)


def clock() -> datetime:
    """The database's clock, the only one that decides anything."""
    row = one("select clock_timestamp() as now")
    assert row is not None
    now: datetime = row.now
    return now
