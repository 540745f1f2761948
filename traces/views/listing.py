"""The traces page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.projects.models import Project

from ..filters import TraceFilter
from ..filters.form import COLUMN_CHOICES, Names, changed_row, form_rows, rows_to_keep
from ..judged_cells import judged_cells
from ..list_columns import (
    ALL,
    JUDGED,
    MOST_JUDGED,
    ListColumn,
    choose_columns,
    columns_of,
    judged_columns,
)
from ..listing import Listing, PageAddress
from ..models import Trace
from ..queries import MOST_COUNTED, count_up_to, queue_names, queue_places, read_page
from ..saved_views import MOST_SHOWN, listing_of, views_of
from ..score_names import judged_names
from ..titles import repeated_line
from ..view_models import TraceRow, trace_row


@member(Can.READ_TRACES)
@require_safe
def trace_list(request: ProjectRequest) -> HttpResponse:
    """Newest first unless sorted, 50 a page; all of what is shown stands in the address.

    What the form of the filter sends is answered with that address.
    """
    project, place = request.access.project, PageAddress.from_query(request.GET)
    listing = place.listing
    if {"row", "add"} & request.GET.keys() and "adding" not in request.GET:
        return _to_address(request, listing)
    filter, names = listing.filter, queue_names(project)
    page = read_page(
        project,
        filter,
        after=place.after,
        before=place.before,
        order=listing.order,
    )
    judged = judged_names(project)
    columns = columns_of(project, request.user, request.GET.get("columns", ""), judged)
    context = {
        "nav": "traces",
        "rows": _rows(request, page.traces, columns, names, into=listing.into),
        "into": _into(request, listing, names),
        "page": page,
        "carried": place.carried,
        "overview": [] if filter.problems else _overview(project, listing),
        "listing": listing,
        "filter": filter,
        "columns": columns,
        "all_columns": _choices(columns, judged),
        "main_head": listing.head("Trace", "name"),
        "heads": listing.heads(columns),
        "filter_query": filter.as_query(),
        "list_query": listing.as_query(),
        "saved_views": _saved_views(request, listing),
        "kept_query": _kept(listing, columns),
        "filter_rows": form_rows(
            filter.rows, Names.of(project, names, filter.rows), add="adding" in request.GET
        ),
        "column_choices": COLUMN_CHOICES,
    }
    return render(request, "traces/trace_list.html", context)


def _into(
    request: ProjectRequest, listing: Listing, names: dict[UUID, str]
) -> dict[str, Any] | None:
    """The queue that traces are chosen for, by those who may add to it. Raises Http404."""
    if listing.into is None:
        return None
    if listing.into not in names:
        raise Http404
    return {"pk": listing.into, "name": names[listing.into]} if _manages(request) else None


def _kept(listing: Listing, columns: list[ListColumn]) -> str:
    """What a saved view keeps of the list."""
    return replace(listing, columns=tuple(one.key for one in columns), into=None).as_query()


def _manages(request: ProjectRequest) -> bool:
    return Can.MANAGE in request.access.can


OVERVIEW = {
    "time": ("Over time", "traces:trace-over-time"),
    "values": ("Values", "traces:trace-facets"),
}


def _overview(project: Project, listing: Listing) -> list[dict[str, Any]]:
    """What can be shown above the list, whether it is, and where that changes."""
    query = listing.as_query()
    return [
        {
            "key": key,
            "label": label,
            "address": f"{reverse(name, args=[project.slug])}?{query}",
            "is_shown": key in listing.show,
            "toggle": listing.toggled(key),
        }
        for key, (label, name) in OVERVIEW.items()
    ]


def _saved_views(request: ProjectRequest, listing: Listing) -> list[dict[str, Any]]:
    """With the address of each list, and which of them this is."""
    manages = _manages(request)
    return [
        {
            "view": view,
            "query": replace(saved, into=listing.into).as_query(),
            "is_current": (saved.filter, saved.order) == (listing.filter, listing.order),
            "may_edit": manages or view.created_by_id == request.user.pk,
        }
        for view in views_of(request.access.project, request.user)[:MOST_SHOWN]
        for saved in (listing_of(view),)
    ]


def _to_address(request: ProjectRequest, listing: Listing) -> HttpResponse:
    zone = ZoneInfo(request.access.project.time_zone)
    filter = TraceFilter(rows_to_keep(request.GET, zone))
    pairs = replace(listing, filter=filter).pairs()
    if "add" in request.GET:
        pairs.append(("adding", "1"))
    return redirect(f"{request.path}?{urlencode(pairs)}" if pairs else request.path)


@member(Can.READ_TRACES)
@require_safe
def filter_row(request: ProjectRequest) -> HttpResponse:
    """A row of the filter whose column or operator has just been chosen, or a new one."""
    project = request.access.project
    row = changed_row(project, queue_names(project), request.GET)
    context = {"row": row, "column_choices": COLUMN_CHOICES}
    return render(request, "traces/_filter_row.html", context)


def _rows(
    request: ProjectRequest,
    traces: list[Trace],
    columns: list[ListColumn],
    names: dict[UUID, str],
    *,
    into: UUID | None,
) -> list[TraceRow]:
    places = queue_places(request.access.project, traces, names)
    repeated = repeated_line(trace.input_preview for trace in traces)
    about = [column.about for column in columns if column.about]
    judged = judged_cells.of(
        request.access.project, request.user, [trace.pk for trace in traces], about
    )
    return [
        trace_row(
            trace, places.get(trace.pk, []), columns, repeated=repeated, into=into, judged=judged
        )
        for trace in traces
    ]


def _choices(chosen: list[ListColumn], judged: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """Every column for the form, the chosen ones first and in their order."""
    rest = [one for one in (*ALL, *judged_columns(judged)) if one not in chosen]
    return [{"column": one, "chosen": one in chosen} for one in (*chosen, *rest)]


@member(Can.READ_TRACES)
@require_safe
def trace_count(request: ProjectRequest) -> HttpResponse:
    """How many match, fetched apart so that the rows need not wait for it."""
    listing = Listing.from_query(request.GET)
    count, exact = count_up_to(request.access.project, listing.filter)
    context = {
        "count": count,
        "exact": exact,
        "most": MOST_COUNTED,
        "filter_query": listing.filter.as_query(),
        "into": listing.into,
    }
    return render(request, "traces/_count.html", context)


@member(Can.READ_TRACES)
@require_POST
def columns_choose(request: ProjectRequest) -> HttpResponse:
    """Keeps the ticked columns in the order of their numbers; the list itself stays as it was."""
    ticked = request.POST.getlist("column")
    ticked.sort(key=lambda key: _place(request.POST, key))
    choose_columns(project=request.access.project, user=request.user, columns=ticked)
    if sum(key.startswith(JUDGED) for key in ticked) > MOST_JUDGED:
        messages.info(request, f"The list shows {MOST_JUDGED} columns of judgments at most.")
    listing = Listing.from_query(QueryDict(request.POST.get("list", "")))
    query = replace(listing, columns=()).as_query()
    address = reverse("traces:trace-list", args=[request.access.project.slug])
    return redirect(f"{address}?{query}" if query else address)


def _place(data: QueryDict, key: str) -> int:
    text = data.get(f"place-{key}", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 999
