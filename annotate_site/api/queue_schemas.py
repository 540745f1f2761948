"""What programs send and get of queues and their items."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field as Limited

from .paging import PageQuery

Strategy = Literal["manual", "round_robin", "load_balanced"]
Progress = Literal["not_started", "in_progress", "completed"]


class AskedIn(Schema):
    """A field as the queue asks it, in the order of the list."""

    field: UUID
    required: bool = True
    allow_note: bool = False


class MemberIn(Schema):
    """A member of the project, by e-mail."""

    email: str
    annotates: bool = False
    reviews: bool = False


class MemberOut(MemberIn):
    name: str


class QueueChanges(Schema):
    """Only what is given changes. `timeout`: of a reservation, in minutes. `fields`: all that it
    asks from now on.
    """

    name: str | None = None
    description: str | None = None
    guidelines: str | None = None
    annotations_required: int | None = None
    strategy: Strategy | None = None
    help_others: bool | None = None
    timeout: int | None = None
    open_limit: int | None = None
    due_date: date | None = None
    skip_reason_required: bool | None = None
    requires_review: bool | None = None
    hide_model: bool | None = None
    fields: list[AskedIn] | None = None


class QueueIn(QueueChanges):
    """What is left out is as in the form of a new queue. It is a draft until it is activated."""

    name: str
    people: list[MemberIn] = []


class CountsOut(Schema):
    """Items by their status now; `answered`: those with at least one submitted annotation."""

    total: int
    pending: int
    in_progress: int
    skipped: int
    pending_review: int
    completed: int
    answered: int


class QueueOut(Schema):
    """`status`: draft, active, paused or completed, or archived; `progress` tells how far it is."""

    id: UUID
    name: str
    description: str
    status: str
    progress: Progress
    items: CountsOut
    due_date: date | None
    created_at: datetime


class QueueDetail(QueueOut):
    guidelines: str
    annotations_required: int
    strategy: str
    help_others: bool
    timeout: int
    open_limit: int
    skip_reason_required: bool
    requires_review: bool
    hide_model: bool
    fields: list[AskedIn]


class QueueChanged(QueueDetail):
    """`job`: by which its items follow another number of annotations, where that takes longer."""

    job: UUID | None = None


class QueuePage(Schema):
    items: list[QueueOut]
    next_cursor: str | None


class QueueQuery(PageQuery):
    q: str = ""
    status: Literal["", "draft", "active", "paused", "completed"] = ""
    archived: bool = False


class StatusIn(Schema):
    status: Literal["active", "paused", "completed", "archived", "restored"]


class Display(Schema):
    """Paths of inputs and outputs that annotators see; `steps`: the spans as a tree."""

    inputs: list[str] = []
    outputs: list[str] = []
    expected: list[str] = []
    steps: bool = False


Ids = Annotated[list[str], Limited(max_length=10_000)]


class ItemsIn(Schema):
    """One of `trace_ids`, `span_ids`, `session_ids`, `dataset_row_ids`, or `filter` (a list, [] for
    all traces). A span is named by our id of its trace, a slash and its own: `0199…/00f067aa`.
    """

    trace_ids: Ids | None = None
    span_ids: Ids | None = None
    session_ids: Ids | None = None
    dataset_row_ids: Ids | None = None
    filter: list[str] | None = None
    display: Display


class ItemsAdded(Schema):
    """With `job` the counts come later: it says how far it is."""

    added: int = 0
    duplicates: int = 0
    not_found: list[str] = []
    job: UUID | None = None


class ItemRowOut(Schema):
    """`done` of `required` annotations are in. `source_key`: the id of the trace, and so on."""

    id: UUID
    title: str
    status: str
    round: int
    done: int
    required: int
    priority: int
    batch: int | None
    source_kind: str
    source_key: str
    completed_at: datetime | None


class ItemDetail(ItemRowOut):
    """`content`: as annotators see it, frozen when it was added."""

    content: dict[str, Any]


class ItemPage(Schema):
    items: list[ItemRowOut]
    next_cursor: str | None


class ItemQuery(PageQuery):
    """As the list of items has them. `rank`: raised, normal or lowered; `show`: differ or need."""

    status: str = ""
    batch: int | None = None
    q: str = ""
    rank: str = ""
    show: str = ""
