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
    """One field of the project. The names of its inputs end in the field's id.

    `fixed`: a queue in use asks it already, so that required and note stay as they are.
    """

    field: Field
    used: bool = False
    order: str = ""
    required: bool = True
    allow_note: bool = False
    fixed: bool = False

    @property
    def summary(self) -> str:
        return summary(self.field.kind, self.field.settings)

    @property
    def place(self) -> int:
        """Where it stands; what is no number comes last."""
        number = self.order.strip()
        return int(number) if number.isdecimal() and len(number) < 6 else LAST


class AskedFields:
    """Never invalid: ids that are neither offered by the project nor chosen are not looked at.

    `chosen`: what the queue asks now, also a field that has been archived since.
    """

    def __init__(
        self,
        project: Project,
        data: QueryDict | None = None,
        chosen: Iterable[QueueField] = (),
        *,
        in_use: bool = False,
    ) -> None:
        asked = list(chosen)
        offered = list(project.fields.offered().order_by("name"))
        known = {field.pk for field in offered}
        offered += [row.field for row in asked if row.field_id not in known]
        rows = _posted(offered, data) if data is not None else _stored(offered, asked)
        for row in rows:
            row.fixed = in_use and row.used
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
