"""Which fields a queue asks, in which order, which are required and which take a note.

A tick beside each field that the project can use, and a row for each one chosen. Without a script
the order is typed as numbers; with one, rows move.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from annotate_site.projects.models import Project
from fields.describing import summary
from fields.models import Field
from fields.widgets import AnswerWidget, answer_widget

from ..actions.settings import Asked
from ..models import QueueField

LAST = 10_000


@dataclass
class AskedRow:
    """One field to choose. The names of its inputs end in the field's id.

    `fixed`: a queue in use asks it already, so that required and note stay as they are.
    `comes_from`: the other project that shares it. `has_newer`: the queue can ask a newer version
    in its place; `has_earlier`: it once asked another one.
    """

    field: Field
    used: bool = False
    order: str = ""
    required: bool = True
    allow_note: bool = False
    fixed: bool = False
    comes_from: str = ""
    has_newer: bool = False
    has_earlier: bool = False

    @property
    def summary(self) -> str:
        return summary(self.field.kind, self.field.settings)

    @property
    def place(self) -> int:
        """Where it is in the list; what is no number comes last."""
        number = self.order.strip()
        return int(number) if number.isdecimal() and len(number) < 6 else LAST

    @property
    def mark(self) -> str:
        return f"{self.field.pk}:{self.required:d}{self.allow_note:d}"


class AskedFields:
    """Never invalid: ids that are neither offered in the project nor chosen are not looked at.

    `offered`: every field to tick, the project's own and shared ones, by name; `chosen`: the ticked
    ones in their order; `queue`: which asks fields already, if one does; `was`: what it asks now,
    which a page carries along.
    """

    def __init__(
        self,
        project: Project,
        data: QueryDict | None = None,
        chosen: Iterable[QueueField] = (),
        *,
        in_use: bool = False,
        earlier: Container[UUID] = (),
    ) -> None:
        """`chosen`: what the queue asks now, also a field that has been archived since; `earlier`:
        the lineages of what it asks no more.
        """
        asked = {row.field_id: row for row in chosen}
        offered = Field.objects.offered().open_to(project).select_related("project")
        fields = {field.pk: field for field in offered.order_by("name", "pk")}
        newest = {field.lineage: field for field in fields.values()}
        fields |= {pk: row.field for pk, row in asked.items() if pk not in fields}
        stored = _stored(fields, asked)
        self.queue = next((row.queue_id for row in asked.values()), None)
        self.was = _marks(row for row in stored if row.used)
        rows = stored if data is None else _posted(stored, data)
        for row in rows:
            row.comes_from = row.field.comes_from(project)
            if row.field.pk in asked:
                latest = newest.get(row.field.lineage, row.field)
                row.has_newer = latest.pk not in asked
                row.has_earlier = row.field.lineage in earlier
            if in_use and (known := asked.get(row.field.pk)):
                row.required, row.allow_note, row.fixed = known.required, known.allow_note, True
        self.offered = rows
        self.chosen = sorted((row for row in rows if row.used), key=lambda row: row.place)
        for number, row in enumerate(self.chosen, 1):
            row.order = str(number)
        self._shown = self.was if data is None else data.get("asked-was", "")

    def asked(self) -> list[Asked]:
        return [Asked(row.field, row.required, row.allow_note) for row in self.chosen]

    @property
    def changed(self) -> bool:
        """Whether what the page showed was changed; a post without the list changes nothing."""
        return bool(self._shown) and self._shown != _marks(self.chosen)

    @property
    def overtaken(self) -> bool:
        """Whether the queue asks something else by now than the page that was changed showed."""
        return self.changed and self._shown != self.was

    def widgets(self) -> list[AnswerWidget]:
        """The form as annotators will see it."""
        return [
            answer_widget(row.field, required=row.required, allow_note=row.allow_note)
            for row in self.chosen
        ]


def _marks(rows: Iterable[AskedRow]) -> str:
    """Fields and switches in their order, as a page carries them along; never empty."""
    return " ".join(["asked", *(row.mark for row in rows)])


def _stored(fields: dict[UUID, Field], asked: dict[UUID, QueueField]) -> list[AskedRow]:
    places = {pk: str(place) for place, pk in enumerate(asked, 1)}
    return [
        AskedRow(field, True, places[pk], asked[pk].required, asked[pk].allow_note)
        if pk in asked
        else AskedRow(field)
        for pk, field in fields.items()
    ]


def _posted(rows: list[AskedRow], data: QueryDict) -> list[AskedRow]:
    """As sent; a field that has only been ticked is required, and takes no note."""
    ticked = set(data.getlist("field"))
    posted = []
    for field, pk in ((row.field, str(row.field.pk)) for row in rows):
        row = AskedRow(field, pk in ticked)
        if f"order-{pk}" in data:
            row.order = data.get(f"order-{pk}", "")
            row.required, row.allow_note = f"required-{pk}" in data, f"note-{pk}" in data
        posted.append(row)
    return posted
