"""A version as a file. POST: a download is an event."""

from uuid import UUID

from django.http import Http404, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.projects.events import Actor
from traces.datasets.download import FORMATS

from ..files import file_of
from .datasets import chosen_version, find_dataset


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
    return file_of(version, format, request.access, Actor.person(request.user))
