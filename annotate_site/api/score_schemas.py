"""How scores are told to programs, and told by them. Times are ISO 8601 in UTC."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from .paging import PageQuery

MOST_SCORES = 500
LONGEST_EXPLANATION = 20_000
SourceKind = Literal["human", "api", "model"]
Id = Annotated[str, Field(min_length=1, max_length=200)]


class ScoreIn(Schema):
    """What it is about: `trace_id` (the sender's or ours), with `span_id` one step of it; or
    `session_id`. `field` is a field's id; `name` that of a field, or of none. Without a `source`
    it is a model's where there is an `evaluator`, else a program's. A person who is none of the
    site's is told by `identifier`; without one the score is in the token owner's own name.
    """

    model_config = ConfigDict(extra="forbid")

    trace_id: Id | None = None
    span_id: Id | None = None
    session_id: Id | None = None
    field: UUID | None = None
    name: Id | None = None
    value: bool | int | float | str | list[str]
    note: Annotated[str, Field(max_length=4000)] = ""
    explanation: Annotated[str, Field(max_length=LONGEST_EXPLANATION)] = ""
    source: SourceKind | None = None
    evaluator: Annotated[str, Field(max_length=200)] = ""
    version: Annotated[str, Field(max_length=100)] = ""
    identifier: Annotated[str, Field(max_length=128)] = ""
    metadata: dict[str, Any] | None = None


class ScoresIn(Schema):
    model_config = ConfigDict(extra="forbid")

    scores: Annotated[list[ScoreIn], Field(min_length=1, max_length=MOST_SCORES)]


class StoredOut(Schema):
    """`result`: added, replaced (what the source said before counts no more) or already_there."""

    id: int
    result: str


class ScoresStored(Schema):
    added: int
    replaced: int
    already_there: int
    results: list[StoredOut]


class Annotator(Schema):
    name: str
    email: str


class ScoreOut(Schema):
    """`id` of the trace is ours, `trace_id` the sender's. `field` and `lineage` are null for a name
    that no field has; `queue`, `item` and `round` for a direct score; `annotator` for whoever is no
    person of the site. `final`: a reviewer's final value.
    """

    id: int
    trace: UUID | None
    trace_id: str | None
    span_id: str | None
    session_id: str | None
    field: UUID | None
    lineage: UUID | None
    name: str
    value: Any
    note: str
    explanation: str
    source: SourceKind
    evaluator: str
    version: str
    identifier: str
    annotator: Annotator | None
    queue: UUID | None
    item: UUID | None
    round: int | None
    final: bool
    created_at: datetime


class ScorePage(Schema):
    items: list[ScoreOut]
    next_cursor: str | None


class ScoreQuery(PageQuery):
    """`field` is the id of one of its versions, and means all of them; `name` that of a field or of
    none.
    """

    model_config = ConfigDict(extra="forbid")

    trace_id: Id | None = None
    session_id: Id | None = None
    field: UUID | None = None
    name: Id | None = None
    source: SourceKind | None = None
    evaluator: Id | None = None
    queue: UUID | None = None
    since: datetime | None = None
