"""Forms of datasets: a name, and what of some sources becomes the columns of rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from annotate_site.form_fields import WholeText
from annotate_site.projects.models import Project
from traces.paths import MAX_PATHS, PathInfo, find_paths, is_path, split_path

from .columns import SIDES, Chosen, Column, Sides, usual_columns
from .models import LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_NOTE, Dataset

MOST_PATHS = 2 * MAX_PATHS  # of both sides
WITH_KEY = "with"  # a path that goes wherever the key it lies in goes
WORDS = {
    Column.INPUTS: "Inputs", Column.OUTPUTS: "Outputs", Column.EXPECTED: "Expected",
    "": "Leave out",
}  # fmt: skip
NAME_TAKES = {"required": "Give the dataset a name."}


class DatasetForm(forms.Form):
    name = WholeText(
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages=NAME_TAKES,
    )
    description = WholeText(
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text="What it is for.",
    )


@dataclass(frozen=True)
class PathRow:
    """One path with its choice of a column. `deep`: a key inside the one above it."""

    side: str
    path: str
    label: str
    deep: bool
    example: str
    count: int
    choices: list[tuple[str, str, bool]]


class AddForm(forms.Form):
    """`into` or a `new_name`, and for each side repeated `<side>-path` with its `<side>-column`.

    `name` is the traces' filter's. `columns` is what `map_columns` reads.
    """

    into = forms.ModelChoiceField(
        Dataset.objects.none(),
        label="Dataset",
        required=False,
        empty_label="New dataset",
        error_messages={"invalid_choice": "This dataset is archived, or is no longer there."},
    )
    new_name = WholeText(
        max_length=LONGEST_NAME,
        required=False,
        label="Name of the new dataset",
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    note = WholeText(
        max_length=LONGEST_NOTE,
        required=False,
        label="Note on this version",
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(
        self, project: Project, sample: Iterable[Sides], data: QueryDict | None = None
    ) -> None:
        super().__init__(data)
        self.sample = list(sample)
        into = self.fields["into"]
        assert isinstance(into, forms.ModelChoiceField)
        into.queryset = Dataset.objects.offered().filter(project=project).order_by("name")
        found = {side: find_paths(one[side] for one in self.sample) for side in SIDES}
        posted = {side: _posted(data, side) for side in SIDES} if data is not None else {}
        self.columns: Chosen = usual_columns(self.sample)
        self.is_understood = _make_sense(posted)
        if posted and self.is_understood:
            self.columns = {
                side: {path: to for path, to in chosen.items() if to != WITH_KEY}
                for side, chosen in posted.items()
            }
        self.rows = {side: self._rows(side, paths) for side, paths in found.items()}

    def _rows(self, side: str, found: list[PathInfo]) -> list[PathRow]:
        chosen, rows = self.columns[side], []
        for info in found:
            keys = split_path(info.path)
            deep = len(keys) > 1
            column = chosen.get(info.path, WITH_KEY if deep else "")
            offered = [*([(WITH_KEY, "Same as above")] if deep else []), *WORDS.items()]
            choices = [(name, word, name == column) for name, word in offered]
            rows.append(PathRow(side, info.path, keys[-1], deep, info.example, info.count, choices))
        return rows

    def clean(self) -> None:
        into, name = self.cleaned_data.get("into"), self.cleaned_data.get("new_name")
        if not into and not name and not self.errors:
            self.add_error("new_name", "Choose a dataset, or name a new one.")
        if into and name:
            self.add_error("new_name", "Choose a dataset or name a new one, not both.")
        if not self.is_understood:
            self.add_error(None, "Some columns were not understood. Choose them again.")
        elif not any(column for side in self.columns.values() for column in side.values()):
            self.add_error(None, "Choose at least one input or output to keep.")


def _posted(data: QueryDict, side: str) -> dict[str, str]:
    return dict(zip(data.getlist(f"{side}-path"), data.getlist(f"{side}-column"), strict=False))


def _make_sense(posted: dict[str, dict[str, str]]) -> bool:
    paths = [path for chosen in posted.values() for path in chosen]
    columns = {column for chosen in posted.values() for column in chosen.values()}
    return len(paths) <= MOST_PATHS and all(map(is_path, paths)) and columns <= {*WORDS, WITH_KEY}
