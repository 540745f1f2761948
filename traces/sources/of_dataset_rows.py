"""A row of a dataset as a source; its key is our id of it.

A row is not a trace, even where it was made from one: its content is what somebody chose, and
answers on it are told of the row alone.
"""

from collections.abc import Sequence

from annotate_site.projects.models import Project

from ..datasets.models import DatasetRow
from .keys import read_row_id
from .source import Part, Source, SourceKind


def load_dataset_rows(project: Project, keys: Sequence[str], *, steps: bool) -> list[Source]:
    """They have no steps."""
    wanted = [row for key in keys if (row := read_row_id(key)) is not None]
    rows = DatasetRow.objects.filter(dataset__project=project).select_related("dataset")
    found = rows.defer("annotations", "dataset__description").in_bulk(wanted)
    return [_source(found[pk]) for pk in dict.fromkeys(wanted) if pk in found]


def known_dataset_rows(project: Project, keys: Sequence[str]) -> set[str]:
    wanted = [row for key in keys if (row := read_row_id(key)) is not None]
    rows = DatasetRow.objects.filter(dataset__project=project, pk__in=wanted)
    return set(map(str, rows.values_list("pk", flat=True)))


def _source(row: DatasetRow) -> Source:
    title = row.dataset.name
    part = Part(title, row.inputs, row.outputs, expected=row.expected)
    return Source(SourceKind.DATASET_ROW, str(row.pk), title, [part], [])
