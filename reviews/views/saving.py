"""What the workspace's script asks by itself: autosave, more time, who is signed in. JSON."""

from typing import Any
from uuid import UUID

from django.http import JsonResponse
from django.views.decorators.http import require_GET, require_POST

from annotate_site.form_data import read_uuid
from annotate_site.projects.access import Can
from queues.access import QueueRequest, queue_member
from queues.actions.holds.hold import HoldTime, TimeLeft
from queues.actions.holds.keeping import own_hold_time, renew

from ..actions.drafts import DraftConflict, Saved, save_draft
from ..answers import asked_fields
from ..workspace.ended_holds import why_ended, why_over
from .form_data import SOMEBODY_ELSE, find_item, is_somebody_elses, read_form


@queue_member(Can.ANNOTATE)
@require_POST
def item_draft(request: QueueRequest, item: UUID) -> JsonResponse:
    """Autosave. `state` is saved, kept (but the hold is over: an Over says why), or ignored.

    Ignored is what comes after a submit; `submission` is the id of that.
    """
    found = find_item(request, item)
    sent = read_form(request, found.pk, asked_fields(request.queue))
    if is_somebody_elses(request):
        return somebody_else()
    try:
        saved = save_draft(
            queue=request.queue, item=found, round=sent.round, user=request.user,
            token=sent.token, version=sent.version, draft=sent.draft, active_ms=sent.active_ms,
        )  # fmt: skip
    except DraftConflict as conflict:
        return conflict_response(conflict)
    answer = _answer(saved)
    if answer["state"] == "kept":
        answer |= why_over(request.queue, request.user, sent.token).as_json()
    return JsonResponse(answer)


def _answer(saved: Saved) -> dict[str, Any]:
    answer: dict[str, Any] = {"version": saved.version, "state": "saved"}
    if saved.ignored or not saved.holding:
        answer["state"] = "ignored" if saved.ignored else "kept"
    if saved.submission:
        answer["submission"] = saved.submission
    if saved.hold:
        answer["token"] = saved.hold.token
    if saved.lease:
        answer |= time_left(saved.lease)
    return answer


def time_left(hold: TimeLeft) -> dict[str, Any]:
    """How a live hold stands now, as every answer says it."""
    return {"seconds": hold.seconds_left, "paused": hold.paused}


def conflict_response(conflict: DraftConflict) -> JsonResponse:
    """409: what another tab has stored, for the page to show beside its own."""
    theirs = {"version": conflict.version, "draft": conflict.theirs.as_json()}
    return JsonResponse({"state": "conflict", **theirs}, status=409)


def somebody_else() -> JsonResponse:
    """409: nothing was stored, because the page is another person's."""
    return JsonResponse({"state": "somebody_else", "sentence": SOMEBODY_ELSE}, status=409)


@queue_member(Can.ANNOTATE)
@require_POST
def item_extend(request: QueueRequest, item: UUID) -> JsonResponse:
    """More time: the queue's whole timeout again, unless the time stands still."""
    find_item(request, item)
    token = read_uuid(request.POST, "token")
    lease = renew(user=request.user, token=token, now=True)
    lease = lease or _paused(own_hold_time(user=request.user, item_id=item))
    if lease is None:
        return JsonResponse({"state": "lapsed"}, status=409)
    return JsonResponse(time_left(lease))


def _paused(lease: HoldTime | None) -> HoldTime | None:
    """One that runs on is another tab's: it was not renewed."""
    return lease if lease and lease.paused else None


@queue_member(Can.ANNOTATE)
@require_GET
def item_time(request: QueueRequest, item: UUID) -> JsonResponse:
    """How the hold of `person` is now: held, or over, and why (an Over)."""
    find_item(request, item)
    answer: dict[str, Any] = {"person": request.user.pk}
    if lease := own_hold_time(user=request.user, item_id=item):
        return JsonResponse(answer | {"state": "held"} | time_left(lease))
    ended = why_ended(request.queue, request.user, item)
    return JsonResponse(answer | {"state": "over"} | ended.as_json())
