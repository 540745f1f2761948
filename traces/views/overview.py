"""What is shown above the list: its traces over time, and the values that they have.

Each is fetched apart, so that the rows need not wait for it, and is a page of its own besides.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate_site import sql
from annotate_site.errors import TooSlow
from annotate_site.projects.access import Can, ProjectRequest, member

from ..facets import Facet, read_facets
from ..listing import Listing
from ..over_time import read_over_time
from ..queries import queue_names
from ..time_chart import time_chart

MOST_MS = 700  # for one statement
SHOWN_VALUES = 6


@member(Can.READ_TRACES)
@require_safe
def trace_over_time(request: ProjectRequest) -> HttpResponse:
    """Volume and latency of the filtered list; each step leads to the list narrowed to it."""
    project, listing = request.access.project, Listing.from_query(request.GET)
    context: dict[str, object] = {"title": "Over time", "part": "traces/_over_time.html"}
    try:
        with sql.at_most(MOST_MS):
            found = read_over_time(project, listing.filter)
    except TooSlow:
        context["is_too_much"] = True
    else:
        context["chart"] = time_chart(found, listing, project.time_zone) if found else None
    return _shown(request, listing, context)


@member(Can.READ_TRACES)
@require_safe
def trace_facets(request: ProjectRequest) -> HttpResponse:
    """The values of the filtered list's columns; each leads to the list narrowed to it, or back."""
    project, listing = request.access.project, Listing.from_query(request.GET)
    context: dict[str, object] = {"title": "Values", "part": "traces/_facets.html"}
    try:
        with sql.at_most(MOST_MS):
            found = read_facets(project, listing.filter, queue_names(project))
    except TooSlow:
        context["is_too_much"] = True
    else:
        context |= {"found": found, "facets": [_facet(one, listing) for one in found.facets]}
    return _shown(request, listing, context)


def _facet(facet: Facet, listing: Listing) -> dict[str, object]:
    values = [
        {
            "label": value.label,
            "count": value.count,
            "is_chosen": value.row in listing.filter.rows,
            "query": listing.filtered(listing.filter.toggled(value.row)),
        }
        for value in facet.values
    ]
    return {"label": facet.label, "values": values[:SHOWN_VALUES], "more": values[SHOWN_VALUES:]}


def _shown(request: ProjectRequest, listing: Listing, context: dict[str, object]) -> HttpResponse:
    context |= {"nav": "traces", "list_query": listing.as_query()}
    template = context["part"] if request.htmx else "traces/trace_overview.html"
    return render(request, str(template), context)
