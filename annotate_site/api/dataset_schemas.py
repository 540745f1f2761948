"""How datasets, their versions and their rows are told to programs, and what these send."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from traces.datasets.columns import Column
from traces.datasets.models import LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_NOTE

MOST_ROWS = 1000
MOST_TRACES = 10_000
ColumnName = Literal["inputs", "outputs", "expected", ""]
assert {*Column, ""} == {"inputs", "outputs", "expected", ""}
RowId = Annotated[int, Field(ge=1, lt=2**63)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Description = Annotated[str, Field(max_length=LONGEST_DESCRIPTION)]


class Given(Schema):
    """A body; a key with a slip is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


class NewDataset(Given):
    name: Name
    description: Description = ""


class DatasetChange(Given):
    """Only what is given is changed."""

    name: Name | None = None
    description: Description | None = None
    archived: bool | None = None


class Columns(Given):
    """For each path (`messages`, `case.gold`) the column it goes to; "" leaves it out."""

    inputs: dict[str, ColumnName] = {}
    outputs: dict[str, ColumnName] = {}


class RowIn(Given):
    """`id`: what the row is known by, so that the next version can change it; without one, a row
    with the same content is the same row. `annotations`: a column for each name.
    """

    id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    inputs: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    expected: dict[str, Any] = {}
    annotations: dict[str, Any] = {}
    trace_id: Annotated[str, Field(max_length=128)] = ""


class NewVersion(Given):
    """One of `rows`, `trace_ids`, `filter` and `without`.

    `filter`: as in the address of the list of traces, [] for all. `columns`: of traces; without it
    inputs are inputs and outputs are outputs. `without`: ids of rows that the version has no more.
    """

    rows: Annotated[list[RowIn], Field(max_length=MOST_ROWS)] | None = None
    trace_ids: Annotated[list[str], Field(max_length=MOST_TRACES)] | None = None
    filter: list[str] | None = None
    without: Annotated[list[RowId], Field(max_length=MOST_TRACES)] | None = None
    columns: Columns | None = None
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


class DatasetOut(Schema):
    """`version`: the number of the latest, null without one; `rows`: how many it has."""

    id: UUID
    name: str
    description: str
    created_at: datetime
    archived_at: datetime | None
    version: int | None = Field(alias="number")
    rows: int | None = Field(alias="row_count")
    changed_at: datetime | None


class DatasetPage(Schema):
    items: list[DatasetOut]
    next_cursor: str | None


class VersionOut(Schema):
    """`added`, `changed`, `removed`: against the version before."""

    number: int
    rows: int
    added: int
    changed: int
    removed: int
    digest: str
    note: str
    created_at: datetime


class VersionPage(Schema):
    items: list[VersionOut]
    next_cursor: str | None


class Added(Schema):
    """`version`: null where no new one was needed. `job`: where it is done by a worker, with the
    counts in the job's result.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    already_there: int = 0
    not_found: int = 0
    version: int | None = None
    job: UUID | None = None


class RowOut(Schema):
    """`row`: its place in the version. `hidden`: its answers are not told to the token's owner
    while its item is annotated again.
    """

    row: int
    id: int
    inputs: Any
    outputs: Any
    expected: Any
    annotations: Any
    hidden: bool
    source: str
    trace_id: str
    trace: UUID | None
    queue: UUID | None
    item: UUID | None
    round: int | None
    digest: str


class RowPage(Schema):
    items: list[RowOut]
    next_cursor: str | None


class Counts(Schema):
    added: int
    changed: int
    removed: int


class DifferenceOut(Schema):
    """`row`: its place in the later version, of what is removed in the earlier. `earlier` and
    `later`: ids of rows. `columns`: those that a changed row has different.
    """

    row: int = Field(alias="place")
    earlier: int | None
    later: int | None
    columns: list[str]


class DifferencePage(Schema):
    earlier: int
    later: int
    counts: Counts
    kind: str
    items: list[DifferenceOut]
    next_cursor: str | None
