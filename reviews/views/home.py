"""What everybody who is signed in may ask: their work, and who they are."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotate_site.projects.access import signed_in
from annotate_site.projects.models import User
from annotate_site.projects.queries import projects_read_by

from ..queries.my_work import my_items, my_queues


@signed_in
@require_GET
def my_work(request: HttpRequest) -> HttpResponse:
    """What I have not finished, the queues that wait for me, the others; and my projects."""
    assert isinstance(request.user, User)
    queues = my_queues(request.user)
    items, total = my_items(request.user)
    working = [queue for queue in queues if queue.is_working]
    # One button of the page is the first thing seen: going on comes before beginning.
    first = next((q for q in working if q.waits or q.to_review), None) if not items else None
    context = {
        "nav": "home",
        "items": items,
        "items_total": total,
        "working": working,
        "first": first.pk if first else None,
        "others": [queue for queue in queues if not queue.is_working],
        "projects": projects_read_by(request.user),
    }
    return render(request, "reviews/my_work.html", context)


@signed_in
@require_GET
def who_is_signed_in(request: HttpRequest) -> JsonResponse:
    """Whoever it is, also one whom the open page's queue does not know; with a CSRF token for the
    forms of a page that was open before. JSON.
    """
    return JsonResponse({"person": request.user.pk, "csrf": get_token(request)})
