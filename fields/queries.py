"""Fields as lists and pages show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower

from annotate_site.projects.models import Project

from .describing import summary
from .models import Field, FieldQuerySet

SORTS: Final[dict[str, tuple[str | Combinable, ...]]] = {
    "name": (Lower("name"), "pk"),
    "-name": (Lower("name").desc(), "pk"),
    "created": ("created_at", "pk"),
    "-created": ("-created_at", "pk"),
}


@dataclass(frozen=True)
class FieldRow:
    """One line of the list; `queues` are those that ask the field, or once did."""

    pk: UUID
    name: str
    summary: str
    queues: int
    created_at: datetime
    archived_at: datetime | None


def find_fields(project: Project, *, q: str, archived: bool, sort: str) -> FieldQuerySet:
    """The project's fields whose name or description holds `q`, in one of SORTS."""
    found = project.fields.all() if archived else project.fields.offered()
    if q:
        found = found.matching(q)
    return found.annotate(queue_count=Count("queue_fields")).order_by(*SORTS[sort])


def field_row(field: Field) -> FieldRow:
    """`field` comes from `find_fields`."""
    return FieldRow(
        pk=field.pk,
        name=field.name,
        summary=summary(field.kind, field.settings),
        queues=field.queue_count,  # type: ignore[attr-defined]  # annotated by find_fields
        created_at=field.created_at,
        archived_at=field.archived_at,
    )
