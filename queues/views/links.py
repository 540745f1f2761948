"""Share links of a queue, for its managers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate_site import sql
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor

from ..access import QueueRequest, queue_member
from ..actions.people.links import make_link, revoke_link
from ..forms.links import ShareLinkForm
from ..models import ShareLink

MOST_SHOWN = 200


@dataclass(frozen=True)
class LinkRow:
    """A link as the list shows it. `ended`: why it works no more, "" while it does."""

    pk: int
    made_by: str
    created_at: datetime
    expires_at: datetime
    uses: str
    ended: str


def _row(link: ShareLink, now: datetime) -> LinkRow:
    full = link.max_uses is not None and link.uses >= link.max_uses
    ended = "Used up" if full else ""
    if link.expires_at <= now:
        ended = "Expired"
    if link.revoked_at:
        ended = "Revoked"
    uses = f"{link.uses}, no limit" if link.max_uses is None else f"{link.uses} of {link.max_uses}"
    return LinkRow(link.pk, str(link.created_by), link.created_at, link.expires_at, uses, ended)


def _context(request: QueueRequest, **more: Any) -> dict[str, Any]:
    return {"queue": request.queue, "nav": "annotate", **more}


@queue_member(Can.MANAGE)
@require_safe
def link_list(request: QueueRequest) -> HttpResponse:
    """Links that still work come first."""
    links = request.queue.share_links.select_related("created_by").order_by("-created_at")
    now = sql.clock()
    rows = sorted((_row(link, now) for link in links[:MOST_SHOWN]), key=lambda row: bool(row.ended))
    return render(request, "queues/link_list.html", _context(request, links=rows))


@queue_member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def link_new(request: QueueRequest) -> HttpResponse:
    """The answer to POST is the only place that ever shows the link."""
    form = ShareLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        _, token = make_link(
            queue=request.queue,
            by=request.user,
            lasting=timedelta(days=asked["days"]),
            max_uses=asked["max_uses"],
        )
        address = request.build_absolute_uri(reverse("join-link", kwargs={"token": token}))
        made = _context(request, address=address, **asked)
        return render(request, "queues/link_made.html", made)
    status = 422 if request.method == "POST" else 200
    return render(request, "queues/link_new.html", _context(request, form=form), status=status)


@queue_member(Can.MANAGE)
@require_POST
def link_revoke(request: QueueRequest, link: int) -> HttpResponse:
    found = get_object_or_404(request.queue.share_links, pk=link)
    found.queue = request.queue
    if revoke_link(link=found, actor=Actor.person(request.user)):
        messages.success(request, "The link is revoked. People who already joined stay.")
    else:
        messages.error(request, "This link was already revoked; nothing was changed.")
    return redirect("links:link-list", project=request.access.project.slug, queue=request.queue.pk)
