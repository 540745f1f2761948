"""Which columns and which answers of a queue's completed items go into a dataset."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from queues.models import Queue
from traces.datasets.columns import Sides
from traces.datasets.forms import AddForm

from .dataset_rows import Chosen, Kept, usual_choice

WORDS = {
    Kept.CONSENSUS: "Consensus",
    Kept.EVERY: "Every answer",
    Kept.NOTHING: "Leave out",
}


@dataclass(frozen=True)
class FieldRow:
    field_id: str
    name: str
    choices: list[tuple[str, str, bool]]


class QueueAddForm(AddForm):
    """An AddForm with a `field-<id>` for each field of the queue. `chosen` is what rows have."""

    named = forms.BooleanField(
        required=False,
        label="Name the annotators",
        help_text="Columns of every answer then have their e-mail addresses, which no version"
        " can lose again. Otherwise they are numbered.",
    )

    def __init__(
        self, queue: Queue, sample: Iterable[Sides], data: QueryDict | None = None
    ) -> None:
        super().__init__(queue.project, sample, data)
        asked = queue.queue_fields.select_related("field").order_by("order", "id")
        self.fields_asked = [one.field for one in asked]
        given = data if data is not None else QueryDict()
        self.kept: dict[str, str] = {
            str(field.pk): given.get(f"field-{field.pk}", usual_choice(field.kind))
            for field in self.fields_asked
        }

    @property
    def field_rows(self) -> list[FieldRow]:
        return [
            FieldRow(str(field.pk), field.name, [
                (value, word, value == self.kept[str(field.pk)]) for value, word in WORDS.items()
            ])
            for field in self.fields_asked
        ]  # fmt: skip

    @property
    def chosen(self) -> Chosen:
        return Chosen(self.columns, self.kept, bool(self.data.get("named")))

    def clean(self) -> None:
        super().clean()
        if not set(self.kept.values()) <= {*Kept}:
            self.add_error(None, "Some fields were not understood. Choose them again.")
