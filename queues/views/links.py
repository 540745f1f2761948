"""Share links of a queue, for its managers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from annotate_site import sql
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor

from ..access import QueueRequest, queue_member
from ..actions.people.links import make_link, revoke_link
from ..forms.links import ShareLinkForm
from ..models import Queue, ShareLink
from .frame import queue_url

MOST_SHOWN = 200


@dataclass(frozen=True)
class LinkRow:
    """A link as the list shows it. `ended`: why it works no more, "" while it does."""

    pk: int
    made_by: str
    created_at: datetime
    expires_at: datetime
    joined: str
    ended: str


def _row(link: ShareLink, now: datetime) -> LinkRow:
    full = link.max_uses is not None and link.uses >= link.max_uses
    ended = "Used up" if full else ""
    if link.expires_at <= now:
        ended = "Expired"
    if link.revoked_at:
        ended = "Revoked"
    joined = f"{link.uses:,}" if link.max_uses is None else f"{link.uses:,} of {link.max_uses:,}"
    return LinkRow(
        link.pk, str(link.created_by), link.created_at, link.expires_at, f"{joined} joined", ended
    )


def _links(queue: Queue) -> list[LinkRow]:
    """Those that still work first, then the newest."""
    links = queue.share_links.select_related("created_by").order_by("-created_at")
    now = sql.clock()
    return sorted((_row(link, now) for link in links[:MOST_SHOWN]), key=lambda row: bool(row.ended))


def _page(request: QueueRequest, status: int = 200, part: str = "", **more: Any) -> HttpResponse:
    """The page, or one of its parts where that is all that is asked for."""
    context = {
        "queue": request.queue,
        "nav": "annotate",
        "address": request.build_absolute_uri(queue_url(request)),
        "links": _links(request.queue),
        "share": ShareLinkForm(),
        **more,
    }
    template = part if request.htmx and part else "queues/link_list.html"
    return render(request, template, context, status=status)


@queue_member(Can.MANAGE)
@require_safe
def link_list(request: QueueRequest) -> HttpResponse:
    """All of Share as a page; to htmx the links alone, for the dialog."""
    return _page(request, part="queues/_share_links.html")


@queue_member(Can.MANAGE)
@require_POST
def link_new(request: QueueRequest) -> HttpResponse:
    """The answer is the only place that ever shows the link."""
    form = ShareLinkForm(request.POST)
    if not form.is_valid():
        return _page(request, 422, part="queues/_share_make.html", share=form)
    asked = form.cleaned_data
    _, token = make_link(
        queue=request.queue,
        by=request.user,
        lasting=timedelta(days=asked["days"]),
        max_uses=asked["max_uses"],
    )
    made = request.build_absolute_uri(reverse("join-link", kwargs={"token": token}))
    return _page(request, part="queues/link_list.html#made", share=form, made=made)


@queue_member(Can.MANAGE)
@require_POST
def link_revoke(request: QueueRequest, link: int) -> HttpResponse:
    found = get_object_or_404(request.queue.share_links, pk=link)
    found.queue = request.queue
    if revoke_link(link=found, actor=Actor.person(request.user)):
        messages.success(request, "The link is revoked. People who already joined stay.")
    else:
        messages.error(request, "This link was already revoked; nothing was changed.")
    if request.htmx:
        return _page(request, part="queues/link_list.html#revoked")
    return redirect("links:link-list", project=request.access.project.slug, queue=request.queue.pk)
