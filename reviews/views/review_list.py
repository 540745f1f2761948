"""The Review tab of a queue: what waits, approving many, what was decided; managers' moves."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotate_site.errors import Refused
from annotate_site.form_data import read_number, read_uuid, whole_number
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.text import clean_text
from queues.access import QueueRequest, queue_member
from queues.actions.items.rounds import clear_decision, reopen_item
from queues.models import Item
from queues.views.frame import queue_context

from ..actions.deciding import BulkOutcome, bulk_approve
from ..models import Review
from ..review_page.decided import DecidedFilter, decided_page, deciders
from ..review_page.lists import review_figures, waiting_items

MOST_PICKED = 50
DECISIONS = [(Review.Decision.APPROVED, "Approved"), (Review.Decision.REJECTED, "Sent back")]


@queue_member(Can.SEE_REVIEWS)
@require_safe
def review_list(request: QueueRequest) -> HttpResponse:
    """For reviewers and managers: oldest first, 50 a page; `after` is the last place seen."""
    return _list(request)


@queue_member(Can.SEE_REVIEWS)
@require_safe
def review_decided(request: QueueRequest) -> HttpResponse:
    """What was decided, by `reviewer` and `decision`, 50 a page, and how much by each reviewer."""
    wanted = DecidedFilter.of(request.GET)
    context = queue_context(
        request,
        "review",
        show="decided",
        wanted=wanted,
        page=decided_page(request.queue, wanted),
        deciders=deciders(request.queue),
        decisions=DECISIONS,
        figures=review_figures(request.queue, request.user),
    )
    return render(request, "reviews/review_decided.html", context)


@queue_member(Can.REVIEW)
@require_POST
def review_bulk(request: QueueRequest) -> HttpResponse:
    """Approves the ticked items; what was passed over is listed with the reason."""
    picks = [_pick(request, text) for text in request.POST.getlist("pick")[:MOST_PICKED]]
    if not picks:
        messages.error(request, "Tick the items to approve.")
        return _back(request)
    try:
        outcome = bulk_approve(queue=request.queue, user=request.user, picks=picks)
    except Refused as refused:
        messages.error(request, str(refused))
        return _back(request)
    return _list(request, outcome)


@queue_member(Can.MANAGE)
@require_POST
def item_reopen(request: QueueRequest, item: UUID) -> HttpResponse:
    return _move(request, item, reopen_item, "The item is open again, in a new round.")


@queue_member(Can.MANAGE)
@require_POST
def item_clear_decision(request: QueueRequest, item: UUID) -> HttpResponse:
    return _move(request, item, clear_decision, "The decision is cleared: the item waits again.")


def _move(request: QueueRequest, item: UUID, act: Callable[..., None], done: str) -> HttpResponse:
    found, reason = _item(request, item), clean_text(request.POST.get("reason", "")).strip()[:200]
    if not reason:
        messages.error(request, "Write a reason: it appears in the item's history.")
    else:
        try:
            act(
                queue=request.queue,
                item_id=found.pk,
                reason=reason,
                actor=Actor.person(request.user),
            )
            messages.success(request, done)
        except Refused as refused:
            messages.error(request, str(refused))
    project = request.access.project.slug
    return redirect("queues:item-detail", project, request.queue.pk, found.pk)


def _list(request: QueueRequest, outcome: BulkOutcome | None = None) -> HttpResponse:
    after = whole_number(request.GET.get("after"))
    place = -1 if after is None else after
    reviews = Can.REVIEW in request.access
    rows, later = waiting_items(request.queue, request.user, reviews=reviews, after=place)
    context = queue_context(
        request,
        "review",
        rows=rows,
        later=later,
        outcome=outcome,
        reviews=reviews and request.queue.is_working,
        figures=review_figures(request.queue, request.user),
        show="waiting",
        nobody=not request.queue.members.filter(can_review=True, removed_at=None).exists(),
    )
    return render(request, "reviews/review_list.html", context)


def _pick(request: QueueRequest, text: str) -> tuple[UUID, int]:
    """`<item>:<round>` of an item of this queue; anything else is a 404."""
    item, _, round = text.partition(":")
    pick = {"item": item, "round": round}
    pk = read_uuid(pick, "item")
    get_object_or_404(request.queue.items.present().only("pk"), pk=pk)
    return pk, read_number(pick, "round")


def _item(request: QueueRequest, pk: UUID) -> Item:
    return get_object_or_404(request.queue.items.present().defer("snapshot"), pk=pk)


def _back(request: QueueRequest) -> HttpResponse:
    return redirect("reviews:review-list", request.access.project.slug, request.queue.pk)
