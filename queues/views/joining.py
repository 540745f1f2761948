"""A queue's share link as people meet it."""

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_safe

from annotate_site.joining.link_cookie import to_clean_page
from annotate_site.joining.pages import LinkKind, Offer, enter
from annotate_site.projects.access import anyone
from annotate_site.projects.models import User
from annotate_site.text import strip_bidi_controls

from ..actions.people.links import annotates, usable_link, use_link
from ..models import Queue

LANDINGS = ("reviews:workspace", "queues:queue-detail")


def _landing(queue: Queue) -> str:
    for name in LANDINGS:
        try:
            return reverse(name, kwargs={"project": queue.project.slug, "queue": queue.pk})
        except NoReverseMatch:
            continue
    return reverse("home")


def _look(link_hash: str, user: User | None) -> Offer | None:
    link = usable_link(link_hash, user)
    if link is None:
        return None
    queue = link.queue
    heading, project = f"Annotate in {queue.name}", strip_bidi_controls(queue.project.name)
    if user and annotates(queue, user):
        there = f"You annotate in this queue of {project} already."
        return Offer(heading, there, "Open the queue", go=_landing(queue))
    return Offer(
        heading,
        f"{link.created_by} invites you to this queue of {project}. "
        "You will get its items one after another; please keep what you see there to yourself.",
        "Join the queue",
    )


def _take(link_hash: str, user: User) -> str:
    return _landing(use_link(link_hash=link_hash, user=user))


SHARE_LINK = LinkKind("join", "join", _look, _take)


@anyone
@require_safe
def join_link(request: HttpRequest, token: str) -> HttpResponse:
    return to_clean_page(SHARE_LINK.purpose, token, reverse(SHARE_LINK.page))


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    return enter(request, SHARE_LINK)
