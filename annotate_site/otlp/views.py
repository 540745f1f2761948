"""Spans in: read, stored in one transaction, and only then acknowledged."""

from django.http import HttpResponse

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from traces.actions.receiving import receive_parts
from traces.import_job import why_already_there
from traces.ingest.formats.otlp import traces_of

from .answers import taken
from .bodies import opened_body
from .guard import OtlpRequest, by_token
from .trace_requests import Refused, read_batches


@by_token(Can.INGEST)
def traces(request: OtlpRequest) -> HttpResponse:
    """A span that is refused costs itself alone, and the answer says why."""
    project, actor = request.access.project, Actor.token(request.access.user)
    refused = Refused()
    with opened_body(request) as body:
        for spans in read_batches(body, request.content_type or "", refused):
            parts = traces_of(spans)
            for part in receive_parts(project=project, parts=parts, actor=actor):
                refused.add(why_already_there(part), len(part.spans))
    return taken(request, refused.count, refused.reasons)
