"""The workspace: start, next, submit, skip, park, undo.

Page and fragment come from the same view. A form without htmx is answered with a redirect.
"""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from annotate_site.form_data import read_uuid
from annotate_site.projects.access import Can
from annotate_site.text import clean_text
from queues.access import QueueRequest, queue_member
from queues.actions.assignment.claiming import claim_next, current_hold, pick_item
from queues.actions.holds.ending import skip_item
from queues.actions.holds.keeping import park_hold
from queues.errors import CannotPick, NothingToClaim, StaleHold
from queues.models import Item, QueueField
from queues.queries.guidelines import rail_of

from ..actions.drafts import DraftConflict
from ..actions.submitting import Conflict, Form, Invalid, submit_annotation
from ..actions.undoing import CannotUndo, latest_undoable, undo_latest
from ..answers import asked_fields, what_is_wrong
from ..workspace.desk import Desk, make_widgets, open_desk
from ..workspace.empty_states import End, end_of, is_empty, not_open, sentence_of
from ..workspace.ended_holds import over
from .form_data import SOMEBODY_ELSE, find_item, is_somebody_elses, read_form
from .saving import conflict_response

PAGE = "reviews/workspace.html"
MOST_REASON = 500  # characters of why one skips


@queue_member(Can.ANNOTATE)
@require_http_methods(["GET", "POST"])
def workspace(request: QueueRequest) -> HttpResponse:
    """GET shows what one holds, or Start; POST starts, or goes on to the next item."""
    if request.method == "POST":
        return _next(request)
    return _present(request)


@queue_member(Can.ANNOTATE)
@require_POST
def item_pick(request: QueueRequest, item: UUID) -> HttpResponse:
    """Opens a chosen item; the one held before is parked."""
    try:
        pick_item(queue_id=request.queue.pk, item_id=find_item(request, item).pk, user=request.user)
    except (CannotPick, NothingToClaim) as error:
        sentence = str(error) if isinstance(error, CannotPick) else sentence_of(error.reason)
        messages.error(request, sentence)
        return redirect("queues:queue-detail", request.access.project.slug, request.queue.pk)
    return _to_workspace(request)


@queue_member(Can.ANNOTATE)
@require_POST
def item_submit(request: QueueRequest, item: UUID) -> HttpResponse:
    """Stores the answers and shows the next item in the same response."""
    asked = asked_fields(request.queue)
    sent = read_form(request, item, asked)
    if is_somebody_elses(request):
        return _refused(request, SOMEBODY_ELSE)
    try:
        submit_annotation(
            queue=request.queue, user=request.user, form=sent, asked=asked, goes_on=True
        )
    except Item.DoesNotExist:
        raise Http404 from None
    except Invalid as invalid:
        return _wrong(request, item, sent, asked, invalid)
    except Conflict as conflict:
        return _refused(request, str(conflict))
    except DraftConflict as conflict:
        return conflict_response(conflict) if request.htmx else _refused(request, str(conflict))
    return _next(request, asked)


@queue_member(Can.ANNOTATE)
@require_POST
def item_skip(request: QueueRequest, item: UUID) -> HttpResponse:
    """Gives the item back; it stays there for others."""
    found = find_item(request, item)
    reason = clean_text(request.POST.get("reason", "")).strip()[:MOST_REASON]
    if request.queue.skip_reason_required and not reason:
        return _refused(request, "This queue asks why: write a reason, then skip.")
    try:
        skip_item(
            queue=request.queue, item_id=found.pk, user=request.user,
            token=read_uuid(request.POST, "token"), reason=reason,
        )  # fmt: skip
    except StaleHold as stale:
        return _refused(request, str(stale))
    return _next(request)


@queue_member(Can.ANNOTATE)
@require_POST
def item_park(request: QueueRequest, item: UUID) -> HttpResponse:
    """Keeps the item for later and goes back to the list."""
    found = find_item(request, item)
    try:
        park_hold(user=request.user, item_id=found.pk, token=read_uuid(request.POST, "token"))
    except StaleHold as stale:
        return _refused(request, str(stale))
    return _next(request, parked=True)


@queue_member(Can.ANNOTATE)
@require_POST
def undo(request: QueueRequest) -> HttpResponse:
    """Takes back the latest submit or skip, and shows what is open then."""
    token, why = read_uuid(request.POST, "token"), ""
    try:
        undone = undo_latest(queue=request.queue, user=request.user, token=token)
    except CannotUndo as error:
        messages.error(request, str(error))
    else:
        if undone.held:
            why = TAKEN_BACK
        else:
            messages.warning(request, SKIP_CLEARED)
    request.queue.refresh_from_db()
    return _present(request, why) if request.htmx else _to_workspace(request)


PARKED_FIRST = (
    "You can have {limit} items open here, and nothing new comes now: this is the one that you"
    " parked first."
)
FIELDS_CHANGED = "A manager changed what is asked while you had this item open."
TAKEN_BACK = "Undone: this item is open again. Your answers are in the form."


SKIP_CLEARED = (
    "Someone has taken the item since. Your skip is undone: when a place on the item is free"
    " again, it can come to you."
)


def _present(request: QueueRequest, why: str = "") -> HttpResponse:
    """What one holds now, or why nothing, or Start; `why` for an item that has come back."""
    hold = current_hold(queue_id=request.queue.pk, user=request.user)
    if hold is None:
        return _page(request, end=_why_not(request))
    desk = open_desk(request.queue, request.user, hold, asked_fields(request.queue))
    desk.why = why or desk.why
    return _page(request, desk)


def _next(
    request: QueueRequest, asked: list[QueueField] | None = None, *, parked: bool = False
) -> HttpResponse:
    """`parked`: so that a hold which is resumed is one that was parked before."""
    try:
        hold = claim_next(queue_id=request.queue.pk, user=request.user)
    except NothingToClaim as nothing:
        end = end_of(request.queue, request.user, nothing.reason, nothing.retry_at)
        return _page(request, end=end)
    if not request.htmx:
        return _to_workspace(request)
    desk = open_desk(request.queue, request.user, hold, asked or asked_fields(request.queue))
    if parked and hold.resumed:
        desk.why = PARKED_FIRST.format(limit=request.queue.open_limit)
    return _page(request, desk)


def _page(request: QueueRequest, desk: Desk | None = None, end: End | None = None) -> HttpResponse:
    template = f"{PAGE}#desk" if request.htmx else PAGE
    offer = latest_undoable(request.queue, request.user)
    context = {
        "desk": desk, "end": end, "queue": request.queue, "undo": offer,
        "rail": rail_of(request.queue, request.belonging),
    }  # fmt: skip
    return render(request, template, context)


def _why_not(request: QueueRequest) -> End | None:
    """None: the Start button; else why there is nothing to start."""
    reason = not_open(request.queue) or ("no_items" if is_empty(request.queue) else "")
    return end_of(request.queue, request.user, reason) if reason else None


def _wrong(
    request: QueueRequest, item: UUID, sent: Form, asked: list[QueueField], invalid: Invalid
) -> HttpResponse:
    """422: the form again, with what was typed and what is wrong; the draft is kept.

    The form stays the one of its own item and token, whatever is held by now.
    """
    hold = current_hold(queue_id=request.queue.pk, user=request.user)
    if hold is None or hold.token != sent.token:
        hold = over(item, sent.round, sent.token)
    desk = open_desk(request.queue, request.user, hold, asked)
    desk.widgets = make_widgets(asked, sent.draft, invalid.errors, desk.returned.on_fields)
    desk.version, desk.errors = invalid.version, len(invalid.errors)
    desk.wrong = what_is_wrong(invalid.errors)
    if request.POST.get("asked", desk.asked) != desk.asked:
        desk.wrong += f" {FIELDS_CHANGED}"
    if not request.htmx:
        context = {
            "desk": desk,
            "queue": request.queue,
            "rail": rail_of(request.queue, request.belonging),
        }
        return render(request, PAGE, context, status=422)
    response = render(request, f"{PAGE}#form", {"desk": desk, "queue": request.queue}, status=422)
    return reswap(retarget(response, "#ws-form"), "outerHTML")


def _refused(request: QueueRequest, sentence: str) -> HttpResponse:
    """409: why, and what has become of the text; what stands in the form stays there."""
    if not request.htmx:
        messages.error(request, sentence)
        return _to_workspace(request)
    context = {"queue": request.queue, "sentence": sentence}
    response = render(request, f"{PAGE}#refused", context, status=409)
    return reswap(retarget(response, "#ws-notice"), "innerHTML")


def _to_workspace(request: QueueRequest) -> HttpResponse:
    return redirect("reviews:workspace", request.access.project.slug, request.queue.pk)
