"""One item under review: opening it, the draft, more time, and the decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from annotate_site.errors import Refused
from annotate_site.form_data import read_number
from annotate_site.projects.access import Can
from queues.access import QueueRequest, queue_member
from queues.actions.holds.reviewing import next_review, open_review, release_review, renew_review
from queues.item_titles import item_heading
from queues.models import Item
from queues.queries.changed import changed_since
from queues.queries.guidelines import rail_of

from ..actions.deciding import AnswersDiffer, RemarkMissing, approve_item, reject_item
from ..actions.reviewing import (
    ReviewConflict,
    ReviewForm,
    read_review_draft,
    round_annotations,
    save_review,
)
from ..actions.submitting import Invalid
from ..review_page.desk import (
    ReviewDesk,
    closed_review,
    final_fields,
    open_review_desk,
    why_review_over,
)
from .addresses import queue_url
from .form_data import SOMEBODY_ELSE, is_somebody_elses
from .saving import somebody_else

PAGE = "reviews/review_item.html"


@queue_member(Can.REVIEW)
@require_http_methods(["GET", "POST"])
def item_review(request: QueueRequest, item: UUID) -> HttpResponse:
    """POST opens the item for review; GET shows what one holds, or why there is nothing."""
    found = _item(request, item)
    if request.method == "POST":
        return _open(request, found)
    desk = open_review_desk(request.queue, found, request.user)
    closed = None if desk else closed_review(request.queue, found, request.user)
    return _page(request, found, desk, closed=closed)


@queue_member(Can.REVIEW)
@require_POST
def item_review_draft(request: QueueRequest, item: UUID) -> JsonResponse:
    """Autosave. Answers JSON, as the workspace's does."""
    if is_somebody_elses(request):
        return somebody_else()
    found = _item(request, item)
    form = _read(request, found)
    try:
        saved = save_review(queue=request.queue, user=request.user, form=form)
    except ReviewConflict as conflict:
        return _conflict_response(conflict)
    except Refused:
        return JsonResponse({"state": "refused"}, status=403)
    answer: dict[str, Any] = {"version": saved.version, "state": "saved"}
    if not saved.holding:
        word, why = why_review_over(request.queue, found, form.round, request.user)
        answer |= {"state": "kept", "sentence": why, "word": word}
    if saved.hold:
        answer["seconds"] = saved.hold.seconds_left
    return JsonResponse(answer)


@queue_member(Can.REVIEW)
@require_POST
def item_review_extend(request: QueueRequest, item: UUID) -> JsonResponse:
    """More time: from now on the queue's whole timeout again."""
    hold = renew_review(item=_item(request, item), user=request.user, now=True)
    if hold is None:
        return JsonResponse({"state": "lapsed"}, status=409)
    return JsonResponse({"seconds": hold.seconds_left})


@queue_member(Can.REVIEW)
@require_POST
def item_review_release(request: QueueRequest, item: UUID) -> HttpResponse:
    """Gives the item back undecided; the draft is kept."""
    found = _item(request, item)
    if is_somebody_elses(request):
        return _refused(request, found, SOMEBODY_ELSE)
    form = _read(request, found)
    try:
        save_review(queue=request.queue, user=request.user, form=form)
    except Refused as refused:
        return _not_done(request, found, refused)
    release_review(queue=request.queue, item_id=found.pk, user=request.user)
    messages.success(
        request,
        f"{item_heading(found, request.queue)} is waiting for review again. Your draft is kept.",
    )
    return _go(request, queue_url(request, "review-list"))


@queue_member(Can.REVIEW)
@require_POST
def item_approve(request: QueueRequest, item: UUID) -> HttpResponse:
    """Approves, with final values where some are given, and opens the next item."""
    found = _item(request, item)
    if is_somebody_elses(request):
        return _refused(request, found, SOMEBODY_ELSE)
    form = _read(request, found)
    try:
        approve_item(
            queue=request.queue, user=request.user, form=form, asked=final_fields(request.queue),
            unsettled=bool(request.POST.get("unsettled")),
        )  # fmt: skip
    except Invalid as invalid:
        return _wrong(request, found, form, invalid, errors=invalid.errors)
    except AnswersDiffer as differ:
        return _refused(request, found, str(differ), asks=True)
    except Refused as refused:
        return _not_done(request, found, refused)
    messages.success(request, f"Approved: {item_heading(found, request.queue)}")
    return _next(request)


@queue_member(Can.REVIEW)
@require_POST
def item_reject(request: QueueRequest, item: UUID) -> HttpResponse:
    """Sends the item back, `to` its annotators (same) or to others, and opens the next item."""
    found = _item(request, item)
    if is_somebody_elses(request):
        return _refused(request, found, SOMEBODY_ELSE)
    form, to_others = _read(request, found), request.POST.get("to") == "others"
    try:
        reject_item(queue=request.queue, user=request.user, form=form, to_others=to_others)
    except RemarkMissing as missing:
        return _wrong(request, found, form, missing, remark_error=str(missing))
    except Refused as refused:
        return _not_done(request, found, refused)
    messages.success(request, f"Sent back: {item_heading(found, request.queue)}")
    return _next(request)


@queue_member(Can.REVIEW)
@require_POST
def review_next(request: QueueRequest) -> HttpResponse:
    """Opens the oldest item that waits for this reviewer."""
    return _next(request)


def _next(request: QueueRequest) -> HttpResponse:
    try:
        hold = next_review(queue=request.queue, user=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return _go(request, queue_url(request, "review-list"))
    if hold is None:
        messages.info(request, "Nothing else is waiting for you here.")
        return _go(request, queue_url(request, "review-list"))
    return _go(request, queue_url(request, "item-review", hold.item_id))


def _open(request: QueueRequest, item: Item) -> HttpResponse:
    try:
        open_review(queue=request.queue, item_id=item.pk, user=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(queue_url(request, "review-list"))
    return redirect(queue_url(request, "item-review", item.pk))


def _wrong(
    request: QueueRequest, item: Item, form: ReviewForm, refused: Refused, **wrong: Any
) -> HttpResponse:
    """422: the form again, with what was typed and what is wrong; the draft is kept."""
    desk = open_review_desk(request.queue, item, request.user, form.draft, **wrong)
    if desk is None:
        return _refused(request, item, f"{refused} Your draft is kept.")
    if not request.htmx:
        return _page(request, item, desk, status=422)
    context = {"desk": desk, "queue": request.queue, "item": item}
    response = render(request, f"{PAGE}#form", context, status=422)
    return reswap(retarget(response, "#ws-form"), "outerHTML")


def _not_done(request: QueueRequest, item: Item, refused: Refused) -> HttpResponse:
    """409. The script shows both texts, or sees that the other is its own; a plain form cannot."""
    if isinstance(refused, ReviewConflict) and request.htmx:
        return _conflict_response(refused)
    return _refused(request, item, str(refused))


def _conflict_response(conflict: ReviewConflict) -> JsonResponse:
    theirs = {"version": conflict.version, "draft": conflict.theirs.as_posted}
    return JsonResponse({"state": "conflict", **theirs}, status=409)


def _refused(
    request: QueueRequest, item: Item, sentence: str, *, asks: bool = False
) -> HttpResponse:
    """409: why; what stands in the form stays there. `asks`: pressed again, it is done."""
    context = {"queue": request.queue, "item": item, "sentence": sentence, "asks": asks}
    if not request.htmx:
        desk = open_review_desk(request.queue, item, request.user, _read(request, item).draft)
        closed = None if desk else closed_review(request.queue, item, request.user)
        return _page(request, item, desk, closed=closed, status=409, sentence=sentence, asks=asks)
    response = render(request, f"{PAGE}#refused", context, status=409)
    return reswap(retarget(response, "#ws-notice"), "innerHTML")


def _page(
    request: QueueRequest, item: Item, desk: ReviewDesk | None, status: int = 200, **more: Any
) -> HttpResponse:
    rail = rail_of(request.queue, request.belonging)
    context = {"queue": request.queue, "item": item, "desk": desk, "rail": rail, **more}
    context["changed"] = desk and item.pk in changed_since([item.pk])
    return render(request, PAGE, context, status=status)


def _read(request: QueueRequest, item: Item) -> ReviewForm:
    """The posted form; a value that no page of ours sends is a 404."""
    post = request.POST
    round, version = read_number(post, "round"), read_number(post, "version")
    annotations = round_annotations(item, round)
    draft = read_review_draft(post, final_fields(request.queue), annotations)
    return ReviewForm(item, round, version, post.get("seen", ""), draft)


def _item(request: QueueRequest, pk: UUID) -> Item:
    item = request.queue.items.present().filter(pk=pk).first()
    if item is None:
        raise Http404
    return item


def _go(request: QueueRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
