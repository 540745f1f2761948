"""A version as a file. POST: a download is an event."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from annotate_site.projects.access import Can, ProjectRequest, member
from traces.datasets.actions import note_download
from traces.datasets.download import FORMATS, download

from ..opening import demand_whole, open_rows
from .datasets import chosen_version, find_dataset

CONTENT_TYPES = {
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


@member(Can.READ_TRACES)
@require_POST
def version_download(request: ProjectRequest, dataset: UUID) -> HttpResponseBase:
    """`version`, else the latest; `format`: jsonl, csv or parquet. Streams."""
    found = find_dataset(request, dataset)
    version, format = chosen_version(found, request.POST.get("version")), request.POST.get("format")
    if version is None:
        raise Http404
    if format not in FORMATS:
        return HttpResponseBadRequest("A dataset is downloaded as jsonl, csv or parquet.")
    demand_whole(request.access, version)
    note_download(version=version, by=request.user, format=format)
    pieces = download(version, format, partial(open_rows, request.access))
    response = StreamingHttpResponse(pieces, content_type=CONTENT_TYPES[format])
    name = f"{slugify(found.name) or 'dataset'}-v{version.number}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
