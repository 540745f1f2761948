"""A session: its traces as one reading."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate_site.projects.access import Can, ProjectRequest, member

from ..filters import TraceFilter
from ..filters.operators import Operator
from ..filters.row import Row
from ..queries import Cursor
from ..sessions import read_session, totals_of, traces_of_session
from ..view_models import session_facts, trace_heading


@member(Can.READ_TRACES)
@require_safe
def session_detail(request: ProjectRequest) -> HttpResponse:
    """`id` of the session; `after` or `before` a place among its traces."""
    project, session_id = request.access.project, request.GET.get("id", "")
    if "\x00" in session_id:
        raise Http404
    traces = traces_of_session(project, session_id)
    totals = totals_of(traces)
    if totals is None:
        raise Http404
    after, before = (Cursor.parse(request.GET.get(key, "")) for key in ("after", "before"))
    page = read_session(project, traces, after=after, before=before)
    only_these = TraceFilter((Row("session", Operator.IS, session_id),))
    context = {
        "nav": "traces",
        "session_id": session_id,
        "totals": totals,
        "facts": session_facts(totals),
        "page": page,
        "lines": [(trace, trace_heading(trace)) for trace in page.traces],
        "filter_query": only_these.as_query(),
    }
    return render(request, "traces/session_detail.html", context)
