"""Working in a queue as its annotator: next, save, submit, skip, park, undo, correct.

The same actions as the workspace's, by the same rules. A program works in the name of the person
who made its token, who annotates in the queue.
"""

from typing import Any
from uuid import UUID

from django.http import Http404
from ninja import Router, Status

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from queues.actions.assignment.claiming import claim_next, current_hold, pick_item
from queues.actions.holds.ending import release_hold, skip_item
from queues.actions.holds.hold import Hold
from queues.actions.holds.keeping import own_hold, own_hold_time, park_hold, renew
from queues.errors import NothingToClaim, StaleHold
from queues.models import Item, QueueField
from reviews.actions import submitting
from reviews.actions.correcting import correct_annotation, own_correctable
from reviews.actions.drafts import Saved, save_draft, stored_version
from reviews.actions.submitting import Form, submit_annotation
from reviews.actions.undoing import undo_latest
from reviews.answers import Draft, asked_fields, read_values
from reviews.workspace.desk import read_held
from reviews.workspace.ended_holds import why_over

from .errors import Invalid
from .guard import QueueRequest, Token
from .work_schemas import (
    AnswersIn,
    CorrectedOut,
    CorrectIn,
    HoldIn,
    OpenOut,
    ReservationOut,
    SavedOut,
    SkipIn,
    SubmitIn,
    SubmittedOut,
    TimeOut,
    UndoneOut,
    opened,
    time_out,
)

router = Router(tags=["annotating"])
QUEUE = "/projects/{slug:project}/queues/{uuid:queue}"
ITEM = f"{QUEUE}/items/{{uuid:item}}"
ANNOTATES = Token(Can.ANNOTATE, in_queue=True)
ENDED = "Your reservation of this item has ended."
NO_HOLD = "This token is not that of a reservation of yours on this item."


@router.post(f"{QUEUE}/next", auth=ANNOTATES, response=OpenOut, url_name="next")
def open_next(request: QueueRequest, project: str, queue: UUID) -> OpenOut:
    """What you hold, or the next item that is yours to annotate. Asking twice gives the same."""
    return _next(request)


@router.post(f"{ITEM}/reservation", auth=ANNOTATES, response=OpenOut, url_name="reservation")
def reserve(request: QueueRequest, project: str, queue: UUID, item: UUID) -> OpenOut:
    """Opens this item, where the queue lets its annotators pick; what you had open is parked."""
    user, found = request.access.user, _find(request, item)
    try:
        hold = pick_item(queue_id=request.queue.pk, item_id=found.pk, user=user)
    except NothingToClaim as nothing:
        return OpenOut(reason=nothing.reason, retry_at=nothing.retry_at)
    return _open(request, hold)


@router.delete(f"{ITEM}/reservation", auth=ANNOTATES, response={204: None}, url_name="reservation")
def release(
    request: QueueRequest, project: str, queue: UUID, item: UUID, token: UUID
) -> Status[None]:
    """Gives the item back without skipping it: it can come to you again. Your draft is kept."""
    user, found = request.access.user, _find(request, item)
    slot = own_hold(user, found.pk, token).id
    actor = Actor.person(user)
    if not release_hold(
        queue=request.queue, item_id=found.pk, slot_id=slot, holder_id=user.pk, actor=actor
    ):
        raise StaleHold(ENDED)
    return Status(204, None)


@router.post(f"{ITEM}/reservation/extend", auth=ANNOTATES, response=TimeOut, url_name="extend")
def extend(
    request: QueueRequest, project: str, queue: UUID, item: UUID, body: HoldIn
) -> dict[str, Any]:
    """The queue's whole timeout again, up to 8 times of it in all."""
    user, found = request.access.user, _find(request, item)
    own_hold(user, found.pk, body.token)
    time = renew(user=user, token=body.token, now=True)
    time = time or own_hold_time(user=user, item_id=found.pk)
    if time is None:
        raise StaleHold(ENDED)
    return time_out(time)


@router.post(f"{ITEM}/reservation/park", auth=ANNOTATES, response={204: None}, url_name="park")
def park(
    request: QueueRequest, project: str, queue: UUID, item: UUID, body: HoldIn
) -> Status[None]:
    """Keeps the item for later, so that another one can be opened."""
    found = _find(request, item)
    park_hold(user=request.access.user, item_id=found.pk, token=body.token)
    return Status(204, None)


@router.put(f"{ITEM}/draft", auth=ANNOTATES, response=SavedOut, url_name="draft")
def put_draft(
    request: QueueRequest, project: str, queue: UUID, item: UUID, body: AnswersIn
) -> SavedOut:
    """Keeps answers that are not finished, in place of those kept before."""
    user, found = request.access.user, _find(request, item)
    draft = _draft(body.values, body.notes, asked_fields(request.queue))
    saved = save_draft(
        queue=request.queue, item=found, round=body.round, user=user, token=body.token,
        version=_version(request, found, body), draft=draft, active_ms=body.active_ms,
    )  # fmt: skip
    return _saved(request, body.token, saved)


def _saved(request: QueueRequest, token: UUID, saved: Saved) -> SavedOut:
    if saved.ignored:
        return SavedOut(state="ignored", version=saved.version)
    if saved.lease is None:
        over = why_over(request.queue, request.access.user, token)
        return SavedOut(state="kept", version=saved.version, why=over.sentence)
    token = saved.hold.token if saved.hold else token
    held = ReservationOut(token=token, **time_out(saved.lease))
    return SavedOut(state="saved", version=saved.version, reservation=held)


@router.post(f"{ITEM}/submit", auth=ANNOTATES, response=SubmittedOut, url_name="submit")
def submit(
    request: QueueRequest, project: str, queue: UUID, item: UUID, body: SubmitIn
) -> SubmittedOut:
    """Counts once, however often it is sent with the same `submission_id`. Answers that are missing
    or wrong are refused together, each with its field, and kept as a draft.
    """
    user, found, asked = request.access.user, _find(request, item), asked_fields(request.queue)
    draft = _draft(body.values, body.notes, asked)
    form = Form(
        found.pk, body.round, body.token, body.submission_id, _version(request, found, body),
        draft, body.active_ms,
    )  # fmt: skip
    try:
        submit_annotation(queue=request.queue, user=user, form=form, asked=asked, goes_on=body.next)
    except submitting.Invalid as invalid:
        raise _invalid(invalid.errors, version=invalid.version) from None
    return SubmittedOut(state="submitted", next=_next(request) if body.next else None)


@router.post(f"{ITEM}/skip", auth=ANNOTATES, response=SubmittedOut, url_name="skip")
def skip(
    request: QueueRequest, project: str, queue: UUID, item: UUID, body: SkipIn
) -> SubmittedOut:
    """Gives the item back; it is not offered to you again in this round."""
    found, reason = _find(request, item), body.reason.strip()
    if request.queue.skip_reason_required and not reason:
        raise Invalid([("body.reason", "This queue asks why an item is skipped.")])
    skip_item(
        queue=request.queue, item_id=found.pk, user=request.access.user, token=body.token,
        reason=reason,
    )  # fmt: skip
    return SubmittedOut(state="skipped", next=_next(request) if body.next else None)


@router.post(f"{ITEM}/undo", auth=ANNOTATES, response=UndoneOut, url_name="undo")
def undo(request: QueueRequest, project: str, queue: UUID, item: UUID, body: HoldIn) -> UndoneOut:
    """Takes back your latest submit or skip in the queue, for 30 seconds. `token`: of the
    reservation that ended with it.
    """
    user, found = request.access.user, _find(request, item)
    own = found.reservations.filter(token=body.token, annotator=user)
    if not own.exists():
        raise StaleHold(NO_HOLD)
    undone = undo_latest(queue=request.queue, user=user, token=body.token)
    hold = current_hold(queue_id=request.queue.pk, user=user) if undone.held else None
    return UndoneOut(
        item=found.pk, held=undone.held, open=_open(request, hold) if hold else OpenOut()
    )


@router.patch(f"{ITEM}/annotation", auth=ANNOTATES, response=CorrectedOut, url_name="annotation")
def correct(
    request: QueueRequest, project: str, queue: UUID, item: UUID, body: CorrectIn
) -> CorrectedOut:
    """Changes your submitted answers of the present round, until a reviewer has opened them."""
    user, found = request.access.user, _find(request, item)
    mine = own_correctable(request.queue, found, user)
    taken_out = {pk for pk, value in body.values.items() if value is None}
    given = {pk: value for pk, value in body.values.items() if pk not in taken_out}
    changes = _draft(given, body.notes, mine.asked)
    kept = {pk: posted for pk, posted in mine.draft.values.items() if pk not in taken_out}
    draft = Draft(kept | changes.values, mine.draft.notes | changes.notes)
    try:
        correct_annotation(
            queue=request.queue, item=found, user=user, round=body.round, version=body.version,
            draft=draft,
        )  # fmt: skip
    except submitting.Invalid as invalid:
        raise _invalid(invalid.errors, version=invalid.version) from None
    return CorrectedOut(version=stored_version(found, body.round, user))


def _find(request: QueueRequest, pk: UUID) -> Item:
    found: Item | None = request.queue.items.defer("snapshot").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _next(request: QueueRequest) -> OpenOut:
    try:
        hold = claim_next(queue_id=request.queue.pk, user=request.access.user)
    except NothingToClaim as nothing:
        return OpenOut(reason=nothing.reason, retry_at=nothing.retry_at)
    return _open(request, hold)


def _open(request: QueueRequest, hold: Hold) -> OpenOut:
    asked = asked_fields(request.queue)
    held = read_held(request.queue, request.access.user, hold, asked)
    return opened(request.queue, held, asked)


def _draft(values: dict[str, Any], notes: dict[str, str], asked: list[QueueField]) -> Draft:
    """Raises Invalid for what is no answer to its field."""
    draft, errors = read_values(values, notes, asked)
    if errors:
        raise _invalid(errors)
    return draft


def _invalid(errors: dict[str, str], **more: object) -> Invalid:
    """`errors` as in `Judged`."""
    places = {
        pk: f"body.notes.{pk[2:]}" if pk.startswith("n-") else f"body.values.{pk}" for pk in errors
    }
    return Invalid([(places[pk], sentence) for pk, sentence in errors.items()], **more)


def _version(request: QueueRequest, item: Item, body: AnswersIn) -> int:
    """The one that is meant; what is stored now where none is named."""
    if body.version is not None:
        return body.version
    return stored_version(item, body.round, request.access.user)
