"""Columns of judgments in the list of traces: what was said of each trace, for one reader."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from annotate_site.projects.models import Project, User
from fields.models import Field

from ..results.answer_tags import Given, Tag, tag_of
from ..results.export.reviewed import as_json
from .listing import scores_in_cells
from .shown import who_said


def judged_cells(
    project: Project, reader: User, traces: Sequence[UUID], about: Sequence[UUID]
) -> dict[tuple[UUID, UUID], Tag]:
    """By trace and field (its lineage, or the id of a name); the reader has opened them.

    A fixed number of statements, whatever the number of traces and columns.
    """
    if not traces or not about:
        return {}
    rows = scores_in_cells(project, reader, traces, about)
    fields = Field.objects.in_bulk({row.field_id for row in rows if row.field_id})
    cells: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    for row in rows:
        cells[row.told_of, row.about].append(row)
    return {place: _tag(found, fields) for place, found in cells.items()}


def _tag(rows: list[Any], fields: dict[UUID, Field]) -> Tag:
    given = [Given(who_said(row), fields.get(row.field_id), as_json(row.value)) for row in rows]
    return tag_of(rows[0].name, given)
