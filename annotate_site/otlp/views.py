"""Spans and log records in: read, stored, and only then acknowledged."""

from django.http import HttpResponse

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from traces.import_job import why_already_there

from .answers import Signal, taken
from .bodies import opened_body
from .formats import LOGS, SPANS
from .guard import OtlpRequest, by_token
from .requests import Refused, read_batches
from .storing import store_logs, store_spans


@by_token(Can.INGEST)
def traces(request: OtlpRequest) -> HttpResponse:
    """A span that is refused costs itself alone, and the answer says why."""
    actor, refused = Actor.token(request.access.user), Refused()
    with opened_body(request) as body:
        for batch in read_batches(body, request.content_type or "", SPANS, refused):
            for part in store_spans(token=request.token, records=batch, actor=actor):
                refused.add(why_already_there(part), len(part.spans))
    return taken(request, Signal.TRACES, refused.count, refused.reasons)


@by_token(Can.INGEST)
def logs(request: OtlpRequest) -> HttpResponse:
    """What is about a span waits for it; other records are refused, each by itself."""
    actor, refused = Actor.token(request.access.user), Refused()
    with opened_body(request) as body:
        for batch in read_batches(body, request.content_type or "", LOGS, refused):
            store_logs(token=request.token, records=batch, actor=actor)
    return taken(request, Signal.LOGS, refused.count, refused.reasons)
