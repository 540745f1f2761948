"""Which fields a queue asks, in which order, which are required and which take a note.

A table of a project's fields. Without a script the order is typed as numbers; with one, rows move.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from annotate_site.projects.models import Project
from fields.describing import summary
from fields.models import Field

from ..actions.settings import Asked
from ..models import QueueField

LAST = 10_000


@dataclass
class AskedRow:
    """One field of the project. The names of its inputs end in the field's id."""

    field: Field
    used: bool = False
    order: str = ""
    required: bool = True
    allow_note: bool = False

    @property
    def summary(self) -> str:
        return summary(self.field.kind, self.field.settings)

    @property
    def place(self) -> int:
        """Where it stands; what is no number comes last."""
        number = self.order.strip()
        return int(number) if number.isdecimal() and len(number) < 6 else LAST


class AskedFields:
    """Never invalid: ids that are not of the project's offered fields are not looked at."""

    def __init__(
        self,
        project: Project,
        data: QueryDict | None = None,
        chosen: Iterable[QueueField] = (),
    ) -> None:
        offered = list(project.fields.offered().order_by("name"))
        rows = _posted(offered, data) if data is not None else _stored(offered, list(chosen))
        used = sorted((row for row in rows if row.used), key=lambda row: row.place)
        for number, row in enumerate(used, 1):
            row.order = str(number)
        self.rows = used + [row for row in rows if not row.used]

    def asked(self) -> list[Asked]:
        return [Asked(row.field, row.required, row.allow_note) for row in self.rows if row.used]


def _posted(offered: list[Field], data: QueryDict) -> list[AskedRow]:
    used = set(data.getlist("field"))
    return [
        AskedRow(
            field,
            str(field.pk) in used,
            data.get(f"order-{field.pk}", ""),
            f"required-{field.pk}" in data,
            f"note-{field.pk}" in data,
        )
        for field in offered
    ]


def _stored(offered: list[Field], chosen: list[QueueField]) -> list[AskedRow]:
    by_field = {row.field_id: (place, row) for place, row in enumerate(chosen, 1)}
    rows = []
    for field in offered:
        place, row = by_field.get(field.pk, (0, None))
        given = AskedRow(field, True, str(place), row.required, row.allow_note) if row else None
        rows.append(given or AskedRow(field))
    return rows
