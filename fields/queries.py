"""Fields as lists and pages show them."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower
from django.http import QueryDict

from annotate_site.projects.models import Project

from .describing import summary
from .differences import differences
from .models import LONGEST_NAME, Field, FieldQuerySet

SORTS: Final[dict[str, tuple[str | Combinable, ...]]] = {
    "name": (Lower("name"), "pk"),
    "-name": (Lower("name").desc(), "pk"),
    "created": ("created_at", "pk"),
    "-created": ("-created_at", "pk"),
}


DEFAULT_SORT: Final = "name"
COLUMNS: Final = (("name", "Name"), ("", "Answer"), ("", "Queues"), ("created", "Created"))


@dataclass(frozen=True)
class Listing:
    """What the list is asked for: `sort` is one of SORTS."""

    q: str
    archived: bool
    sort: str

    @classmethod
    def asked(cls, said: QueryDict) -> "Listing":
        sort = said.get("sort", DEFAULT_SORT)
        return cls(
            q=said.get("q", "").strip()[:LONGEST_NAME].replace("\x00", ""),
            archived=bool(said.get("archived")),
            sort=sort if sort in SORTS else DEFAULT_SORT,
        )

    def query(self, **other: object) -> str:
        """This list as the query of an address, with other values."""
        said = {"q": self.q, "archived": "1" if self.archived else "", "sort": self.sort} | other
        return urlencode({key: value for key, value in said.items() if value})

    def columns(self) -> list["Column"]:
        return [self._column(key, label) for key, label in COLUMNS]

    def _column(self, key: str, label: str) -> "Column":
        if not key:
            return Column(label)
        now = {key: "ascending", f"-{key}": "descending"}.get(self.sort, "")
        return Column(label, self.query(sort=f"-{key}" if now == "ascending" else key), now)


@dataclass(frozen=True)
class Column:
    """A head of the table; `query` sorts by it, "" where nothing can be sorted."""

    label: str
    query: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class FieldRow:
    """One line of the list; `queues` are the project's that ask the field, or once did.

    `comes_from`: the other project that shares it, "" for one of the project's own.
    """

    pk: UUID
    name: str
    summary: str
    queues: int
    created_at: datetime
    archived_at: datetime | None
    comes_from: str


def find_fields(project: Project, asked: Listing) -> FieldQuerySet:
    """The project's fields, and those shared with it, whose name or description holds what was
    searched for.
    """
    found = Field.objects.open_to(project)
    if not asked.archived:
        found = found.offered()
    if asked.q:
        found = found.matching(asked.q)
    queues = Count("queue_fields", filter=Q(queue_fields__queue__project=project))
    counted = found.select_related("project").annotate(queue_count=queues)
    return counted.order_by(*SORTS[asked.sort])


def field_row(field: Field, project: Project) -> FieldRow:
    """`field` comes from `find_fields`."""
    return FieldRow(
        pk=field.pk,
        name=field.name,
        summary=summary(field.kind, field.settings),
        queues=field.queue_count,  # type: ignore[attr-defined]  # annotated by find_fields
        created_at=field.created_at,
        archived_at=field.archived_at,
        comes_from=field.comes_from(project),
    )


MOST_QUEUES: Final = 20


@dataclass(frozen=True)
class Use:
    """A queue that asks the field or, `retired`, once did."""

    queue: UUID
    name: str
    status: str
    retired: bool


@dataclass(frozen=True)
class Uses:
    """The MOST_QUEUES newest queues of those that use a field, and how many there are."""

    queues: list[Use]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.queues)


def uses_of(field: Field, project: Project) -> Uses:
    """The project's queues that use the field: those that still ask it first."""
    found = field.queue_fields.filter(queue__project=project).select_related("queue")
    by = F("retired_at").asc(nulls_first=True), "-queue__created_at"
    rows = [
        Use(row.queue.pk, row.queue.name, row.queue.shown_status, row.retired_at is not None)
        for row in found.order_by(*by)[:MOST_QUEUES]
    ]
    return Uses(rows, found.count())


def newer_version(field: Field, project: Project) -> Field | None:
    """The version that queues of the project can ask in the field's place."""
    offered = Field.objects.offered().open_to(project).filter(lineage=field.lineage)
    return offered.exclude(pk=field.pk).first()  # at most one of a lineage is offered


@dataclass(frozen=True)
class Version:
    """`changed`: what differs from the version before it, in words; nothing in the first."""

    number: int
    field: Field
    changed: list[str]


def versions_of(field: Field, project: Project) -> list[Version]:
    """The versions of the field that the project may look at, the latest first."""
    visible = Field.objects.visible_in(project).filter(lineage=field.lineage)
    found = visible.select_related("created_by")
    ordered = list(found.order_by("created_at", "pk"))
    changed = [[], *(differences(old, new) for old, new in pairwise(ordered))]
    return [Version(n, *one) for n, one in enumerate(zip(ordered, changed, strict=True), 1)][::-1]
