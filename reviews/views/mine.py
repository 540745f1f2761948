"""One's own work in a queue: submitted, skipped, open, and what could not be taken."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotate_site.projects.access import Can
from queues.access import QueueRequest, queue_member

from ..queries import PAGE
from ..queries import own_work as read_own_work

NEWEST = 2**62


@queue_member(Can.ANNOTATE)
@require_GET
def own_work(request: QueueRequest) -> HttpResponse:
    """Newest first, 50 a page; `q` searches titles and previews."""
    text, before = request.GET.get("q", "").strip(), request.GET.get("before", "")
    after = int(before) if before.isdigit() and len(before) < 19 else NEWEST
    found = read_own_work(request.queue, request.user, text=text, before=after)
    context = {
        "queue": request.queue, "rows": found[:PAGE], "q": text,
        "older": found[PAGE - 1].key if len(found) > PAGE else None,
    }  # fmt: skip
    return render(request, "reviews/own_work.html", context)
