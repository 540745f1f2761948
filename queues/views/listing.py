"""The list of queues."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate_site.projects.access import Can, ProjectRequest, member

from ..queries.listing import PAGE, SORTS, queue_rows, queues_for
from ..queries.set_up import project_set_up
from ..states import QueueStatus

# Heading, key of SORTS, class.
COLUMNS = (
    ("Queue", "name", ""),
    ("Status", "", ""),
    ("Items completed", "", ""),
    ("Items with an answer", "", "num"),
    ("People", "", "num"),
    ("Due", "due", ""),
)


@member(Can.SEE_PROJECT)
@require_safe
def queue_list(request: ProjectRequest) -> HttpResponse:
    """`q`, `status`, `archived=1`, `sort`, `page`. Members see the queues they are in."""
    wanted = _wanted(request.GET)
    found = queues_for(
        request.access,
        text=wanted["q"],
        status=wanted["status"],
        archived=bool(wanted["archived"]),
        sort=wanted["sort"],
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    kept = {key: value for key, value in wanted.items() if value}
    context = {
        "nav": "annotate",
        "tab": "queues",
        "page": page,
        "rows": queue_rows(list(page), attention=Can.MANAGE in request.access),
        "wanted": wanted,
        "narrowed": bool(wanted["q"] or wanted["status"] or wanted["archived"]),
        "statuses": QueueStatus.choices,
        "columns": _columns(kept),
    }
    if Can.MANAGE in request.access and not (context["rows"] or context["narrowed"]):
        context["set_up"] = project_set_up(request.access.project)
    return render(request, "queues/queue_list.html", context)


def _wanted(said: QueryDict) -> dict[str, str]:
    """What the list is asked for; values that mean nothing are passed over."""
    return {
        "q": said.get("q", "").replace("\x00", "").strip()[:200],
        "status": said.get("status", ""),
        "archived": "1" if said.get("archived") == "1" else "",
        "sort": said.get("sort", "") if said.get("sort") in SORTS else "",
    }


def _columns(kept: dict[str, str]) -> list[dict[str, str]]:
    """Headings; those that sort carry a link's query."""
    sort = kept.get("sort", "newest")
    return [
        {
            "label": label,
            "class": style,
            "query": urlencode(kept | {"sort": key}) if key else "",
            "sorted": "ascending" if key and key == sort else "",
        }
        for label, key, style in COLUMNS
    ]
