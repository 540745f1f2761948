"""What everybody who is signed in may ask: their work, and who they are."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from annotate_site.projects.access import Can, signed_in
from annotate_site.projects.models import User
from annotate_site.projects.queries import projects_where

from ..queries.my_projects import my_projects
from ..queries.my_work import my_items, my_queues

PAGE = 20
FEW = 10  # queues that need no search


@signed_in
@require_GET
def front_door(request: HttpRequest) -> HttpResponseBase:
    """To the queues of the one project that I manage, to the list of several; else my work."""
    assert isinstance(request.user, User)
    managed = projects_where(request.user, Can.MANAGE)
    if len(managed) == 1:
        return redirect("queues:queue-list", project=managed[0].slug)
    return redirect("project-list") if managed else my_work(request)


@signed_in
@require_GET
def my_work(request: HttpRequest) -> HttpResponse:
    """What I have not finished, the queues where something waits for me, then the others; `q` is
    part of a queue's or a project's name, `page` one of the queues that wait.
    """
    assert isinstance(request.user, User)
    queues = my_queues(request.user)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    items, total = my_items(request.user)
    found = [queue for queue in queues if queue.is_called(text)]
    page = Paginator([q for q in found if q.has_work], PAGE).get_page(request.GET.get("page"))
    # One button of the page is the first thing seen: going on comes before beginning.
    first = page[0].pk if page and not items else None
    context = {
        "nav": "home",
        "items": items,
        "items_total": total,
        "queues": queues,
        "text": text,
        "searches": len(queues) > FEW,
        "page": page,
        "first": first,
        "idle": [q for q in found if q.is_working and not q.has_work],
        "others": [q for q in found if not q.is_working],
    }
    return render(request, "reviews/my_work.html", context)


@signed_in
@require_GET
def project_list(request: HttpRequest) -> HttpResponse:
    """The projects that I am in, with what is going on in those whose results I may read."""
    assert isinstance(request.user, User)
    context = {"nav": "projects", "rows": my_projects(request.user)}
    return render(request, "reviews/project_list.html", context)


@signed_in
@require_GET
def who_is_signed_in(request: HttpRequest) -> JsonResponse:
    """Whoever it is, also one whom the open page's queue does not know; with a CSRF token for the
    forms of a page that was open before. JSON.
    """
    return JsonResponse({"person": request.user.pk, "csrf": get_token(request)})
