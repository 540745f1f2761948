"""Traces: the list with the page's filter, batches in, one with its spans, deleting."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import Http404, QueryDict
from ninja import Query, Router, Status

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.projects.idempotency import Outcome
from annotate_site.projects.models import Project
from traces.actions.changing import Bulk, delete_traces
from traces.actions.receiving import REFUSED, RowResult, read_batch, receive_traces
from traces.filters import TraceFilter
from traces.filters.filter import PARAMETER
from traces.ingest.cleaning import InputRefused
from traces.ingest.plan import GoodRow
from traces.ingest.records import BadRow
from traces.models import Trace
from traces.queries import Cursor, read_page
from traces.sorting import Order, order_problem

from .errors import NO_PARAMETER, Invalid
from .guard import ApiRequest, Token
from .paging import OLDEST, PageQuery, read_cursor, read_rows, sign_cursor
from .repeats import answer_once
from .trace_schemas import Received, TraceDetail, TracePage

router = Router(tags=["traces"])
TEXT = {"type": "string"}
TRACES, TRACE = "/projects/{slug:project}/traces", "/projects/{slug:project}/traces/{trace_id}"
PARAMETERS = {PARAMETER, "sort", *PageQuery.model_fields}
ASKED = {
    "parameters": [
        {"in": "query", "name": PARAMETER, "schema": {"type": "array", "items": TEXT}},
        {"in": "query", "name": "sort", "schema": TEXT},
    ]
}
BODY = {"requestBody": {"content": {"application/json": {"schema": {}}}, "required": True}}


@router.get(
    TRACES, auth=Token(Can.READ_TRACES), response=TracePage, url_name="traces", openapi_extra=ASKED
)
def list_traces(request: ApiRequest, project: str, page: Query[PageQuery]) -> dict[str, Any]:
    """Newest first, unless `sort` says otherwise. Filters and sorts by the same parameters as the
    address of the page of traces. A page may hold fewer than `limit`: continue while there
    is a cursor.
    """
    here = request.access.project
    filter, order = _asked(request.GET)
    of = f"{here.pk} {filter.as_query()} {order}"
    after = Cursor.parse(read_cursor(page.cursor, of=of), order)
    found = read_page(here, filter, after=after, before=None, order=order, size=page.limit)
    cursor = sign_cursor(str(found.older), of=of) if found.older else None
    return {"items": found.traces, "next_cursor": cursor}


def _asked(query: QueryDict) -> tuple[TraceFilter, Order]:
    """Raises Invalid, also for a name that is none: a filter with a slip would mean all traces."""
    filter, sort = TraceFilter.from_query(query), query.get("sort", "")
    errors = [(name, NO_PARAMETER) for name in query if name not in PARAMETERS]
    errors += [("filter", problem) for problem in filter.problems]
    if problem := order_problem(sort):
        errors.append(("sort", problem))
    if errors:
        raise Invalid(errors)
    return filter, Order.parse(sort)


@router.post(
    TRACES, auth=Token(Can.INGEST), response=Received, url_name="traces", openapi_extra=BODY
)
def add_traces(request: ApiRequest, project: str) -> Outcome:
    """A list of traces, `{"traces": [...]}`, or one: in our own format, or any that a file may
    have. Rows that are refused cost themselves alone; the others are stored all at once. A trace
    whose `trace_id` is here already is not changed. With an `Idempotency-Key` a repeat answers as
    the first request did.
    """
    rows = _rows(request)
    return answer_once(request, lambda: _store(request, rows))


def _rows(request: ApiRequest) -> list[GoodRow | BadRow]:
    """Read before a transaction begins. Raises Invalid."""
    if not request.json:
        raise Invalid([("body", "There are no traces in it.")])
    try:
        return read_batch(request.body)
    except InputRefused as refused:
        raise Invalid([("body", str(refused))]) from None


def _store(request: ApiRequest, rows: list[GoodRow | BadRow]) -> Outcome:
    """Raises Invalid where no row can be taken, so that it does not look like success."""
    actor = Actor.token(request.access.user)
    results = receive_traces(
        project=request.access.project, rows=rows, actor=actor, token=request.token
    )
    if all(result.result == REFUSED for result in results):
        refusals = [(f"body[{one.row - 1}]", one.reason) for one in results]
        raise Invalid(refusals, results=[_told(one) for one in results])
    return _summary(results)


def _summary(results: list[RowResult]) -> Outcome:
    counts = dict.fromkeys(("added", "already_there", "refused"), 0)
    for one in results:
        counts[one.result] += 1
    return {**counts, "results": [_told(one) for one in results]}


def _told(one: RowResult) -> dict[str, Any]:
    return asdict(one) | {"id": str(one.id) if one.id else None}


@router.get(TRACE, auth=Token(Can.READ_TRACES), response=TraceDetail, url_name="trace")
def read_trace(
    request: ApiRequest, project: str, trace_id: str, page: Query[PageQuery]
) -> dict[str, Any]:
    """By the `trace_id` that its sender gave, or by our `id`. Its spans come in pages."""
    trace = _find(request.access.project, trace_id)
    spans = trace.spans.filter(project=trace.project_id)
    rows, cursor = read_rows(spans, OLDEST, page, of=f"spans {trace.pk}")
    return {"trace": trace, "spans": {"items": rows, "next_cursor": cursor}}


@router.delete(TRACE, auth=Token(Can.MANAGE), response={204: None}, url_name="trace")
def remove_trace(request: ApiRequest, project: str, trace_id: str) -> Status[None]:
    """With its spans, for good. Items of queues keep what they froze."""
    trace = _find(request.access.project, trace_id)
    if not delete_traces(
        project=request.access.project, ids=[trace.pk], actor=Actor.token(request.access.user),
        bulk=Bulk(str(trace.pk)),
    ):  # fmt: skip
        raise Http404
    return Status(204, None)


def _find(project: Project, text: str) -> Trace:
    """Raises Http404."""
    if "\x00" in text:
        raise Http404
    found = project.traces.filter(trace_id=text).first()
    if found is None:
        try:
            found = project.traces.filter(pk=UUID(text)).first()
        except ValueError:
            found = None
    if found is None:
        raise Http404
    return found
