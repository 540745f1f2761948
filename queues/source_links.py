"""Where the source of an item can be looked at."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from annotate_site.projects.models import Project
from traces.datasets.models import DatasetRow
from traces.sources import KINDS, SourceKind
from traces.sources.keys import read_row_id

from .models import Item
from .queries.sources import span_of, trace_of


@dataclass(frozen=True)
class SourceLink:
    """`word` is what the source is called."""

    word: str
    address: str


def source_link(item: Item, project: Project) -> SourceLink | None:
    """None where the row of a dataset is not the project's; what was deleted is not found there."""
    kind = SourceKind(item.source_kind)
    address = _address(item, kind, project)
    return SourceLink(KINDS[kind].word, address) if address else None


def _address(item: Item, kind: SourceKind, project: Project) -> str:
    match kind:
        case SourceKind.SESSION:
            page = reverse("traces:session-detail", args=[project.slug])
            return f"{page}?{urlencode({'id': item.source_key})}"
        case SourceKind.DATASET_ROW:
            rows = DatasetRow.objects.filter(dataset__project=project).only("dataset_id")
            row = rows.filter(pk=read_row_id(item.source_key) or 0).first()
            where = [project.slug, row.dataset_id, row.pk] if row else []
            return reverse("datasets:row-detail", args=where) if row else ""
    page = reverse("traces:trace-detail", args=[project.slug, trace_of(item)])
    span = span_of(item)
    return f"{page}?{urlencode({'span': span})}" if span else page
