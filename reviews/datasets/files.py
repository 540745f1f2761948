"""A version as a file, for whoever may have it whole."""

from functools import partial

from django.http import StreamingHttpResponse
from django.utils.text import slugify

from annotate_site.projects.access import Access
from annotate_site.projects.events import Actor
from traces.datasets.actions import note_download
from traces.datasets.download import download
from traces.datasets.models import DatasetVersion

from .opening import demand_whole, open_rows

CONTENT_TYPES = {
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


def file_of(
    version: DatasetVersion, format: str, access: Access, actor: Actor
) -> StreamingHttpResponse:
    """Writes the event; what is read is noted as it leaves. Raises AnswersHidden."""
    demand_whole(access, version)
    note_download(version=version, actor=actor, format=format)
    pieces = download(version, format, partial(open_rows, access))
    response = StreamingHttpResponse(pieces, content_type=CONTENT_TYPES[format])
    name = f"{slugify(version.dataset.name) or 'dataset'}-v{version.number}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
