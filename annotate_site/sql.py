"""Raw SQL in few words, for the statements where each round trip counts."""

from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar, overload

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, transaction
from django.db.models import DEFERRED, Model

from .errors import STOPPED, TooSlow, sqlstate

Params = Mapping[str, Any] | Sequence[Any]
M = TypeVar("M", bound=Model)
R = TypeVar("R", bound=tuple[Any, ...])

# By statement, each of which is a constant: to ask for the names of the columns takes long.
_row_types: dict[str, Any] = {}


@overload
def rows(sql: str, params: Params = ()) -> list[Any]: ...
@overload
def rows(sql: str, params: Params = (), *, into: type[R]) -> list[R]: ...
def rows(sql: str, params: Params = (), *, into: type[R] | None = None) -> list[Any]:
    """Runs one statement; its result as named tuples, [] where it returns nothing.

    `into`: a NamedTuple whose fields are the statement's columns, in the same order; TypeError
    where they are not.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        if cursor.rownumber is None:  # no result, not even an empty one
            return []
        found = cursor.fetchall()
        if found and sql not in _row_types:
            _row_types[sql] = _row_type([one.name for one in cursor.description], into)
        return [_row_types[sql](*row) for row in found]


def _row_type(names: list[str], into: Any) -> Any:
    if into is None:
        return namedtuple("Row", names)
    if list(into._fields) != names:
        raise TypeError(f"{into.__name__} does not have the columns of its statement: {names}")
    return into


@overload
def one(sql: str, params: Params = ()) -> Any | None: ...
@overload
def one(sql: str, params: Params = (), *, into: type[R]) -> R | None: ...
def one(sql: str, params: Params = (), *, into: type[R] | None = None) -> Any | None:
    """The first row, or None; see `rows`."""
    found = rows(sql, params, into=into) if into else rows(sql, params)
    return found[0] if found else None


def run(sql: str, params: Params = ()) -> int:
    """Runs one statement; how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        changed: int = cursor.rowcount
        return changed


def copy(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    """Runs a COPY ... FROM STDIN, the fastest way in; JSON travels as text."""
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copying,
    ):
        for row in rows:
            copying.write_row(row)


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


LIMIT = "select current_setting('statement_timeout') as given"
SET_LIMIT = "select set_config('statement_timeout', %(limit)s, true)"


@contextmanager
def at_most(milliseconds: int) -> Iterator[None]:
    """A transaction in which each statement has this time. Raises TooSlow where one took longer."""
    try:
        with transaction.atomic():
            before = one(LIMIT)
            run(SET_LIMIT, {"limit": str(milliseconds)})
            yield
            run(SET_LIMIT, {"limit": before.given if before else "0"})
    except OperationalError as error:
        if sqlstate(error) == STOPPED:
            raise TooSlow from error
        raise


def clock() -> datetime:
    """The database's clock, the only one that decides anything."""
    row = one("select clock_timestamp() as now")
    assert row is not None
    now: datetime = row.now
    return now
