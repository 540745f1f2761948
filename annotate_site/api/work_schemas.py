"""What programs send and get while they work in a queue."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field as Limited

from fields.describing import field_schema
from queues.actions.holds.hold import TimeLeft
from queues.models import Queue, QueueField
from queues.snapshots import shown_content
from reviews.answers import as_value
from reviews.workspace.desk import Held

MOST = 2**31 - 1
Round = Annotated[int, Limited(ge=1, le=MOST)]
Version = Annotated[int, Limited(ge=0, le=MOST)]
Milliseconds = Annotated[int, Limited(ge=0, le=MOST)]


class HoldIn(Schema):
    """`token`: of the reservation."""

    token: UUID


class AnswersIn(HoldIn):
    """`values`: each field's answer by its id, as its JSON Schema has it; `notes` likewise.
    `version`: of the draft that they change; without it they stand for whatever is stored.
    `active_ms`: how long you have been at the item in this round, in all.
    """

    round: Round
    values: dict[str, Any] = {}
    notes: dict[str, str] = {}
    version: Version | None = None
    active_ms: Milliseconds | None = None


class SubmitIn(AnswersIn):
    """`submission_id`: made by the client, the same when it sends the same submit again. `next`:
    open the next item in the same answer.
    """

    submission_id: UUID
    next: bool = False


class SkipIn(HoldIn):
    reason: Annotated[str, Limited(max_length=500)] = ""
    next: bool = False


class CorrectIn(Schema):
    """What is given is changed; an answer of null is taken out."""

    round: Round
    version: Version
    values: dict[str, Any] = {}
    notes: dict[str, str] = {}


class TimeOut(Schema):
    """`expires_at` is null while the queue is paused: the time that is left stands still."""

    expires_at: datetime | None
    seconds_left: int
    paused: bool


class ReservationOut(TimeOut):
    token: UUID


class ItemOut(Schema):
    """`content`: the frozen inputs and outputs, as annotators may see them. `why`: why it comes to
    you again, `remark`: what a reviewer said when they sent it back; both may be empty.
    """

    id: UUID
    round: int
    title: str
    content: dict[str, Any]
    why: str
    remark: str


class AskedOut(Schema):
    """A field, what stands in the form for it, and a reviewer's remark on your answer to it.
    `answer_schema`: JSON Schema of `value`, which is null where there is no answer.
    """

    field: UUID
    name: str
    kind: str
    description: str
    answer_schema: dict[str, Any]
    required: bool
    allow_note: bool
    value: Any
    note: str
    remark: str


class OpenOut(Schema):
    """What you hold now; with a null `item` the `reason` why nothing, and when to ask again."""

    item: ItemOut | None = None
    form: list[AskedOut] = []
    version: int = 0
    reservation: ReservationOut | None = None
    reason: str = ""
    retry_at: datetime | None = None


class SubmittedOut(Schema):
    """`next` where the request asked for it."""

    state: str
    next: OpenOut | None = None


class SavedOut(Schema):
    """`state`: saved; kept, though you hold the item no more (`why` says what that means); or
    ignored, since the item is submitted. `reservation`: the one you hold, which may be a new one.
    """

    state: str
    version: int
    why: str = ""
    reservation: ReservationOut | None = None


class UndoneOut(Schema):
    """`held`: the item is yours again, and `open`; else its place was taken, and only the skip is
    undone.
    """

    item: UUID
    held: bool
    open: OpenOut


class CorrectedOut(Schema):
    """`version`: the one that the next correction is made from."""

    version: int


def time_out(time: TimeLeft) -> dict[str, Any]:
    return {
        "expires_at": time.expires_at, "seconds_left": time.seconds_left, "paused": time.paused,
    }  # fmt: skip


def opened(queue: Queue, held: Held, asked: list[QueueField]) -> OpenOut:
    item, hold = held.item, held.hold
    return OpenOut(
        item=ItemOut(
            id=item.pk, round=hold.round, title=item.title, content=shown_content(item, queue),
            why=held.why, remark=held.returned.remark,
        ),
        form=[_asked(one, held) for one in asked],
        version=held.version,
        reservation=ReservationOut(token=hold.token, **time_out(hold)),
    )  # fmt: skip


def _asked(one: QueueField, held: Held) -> AskedOut:
    field, pk = one.field, str(one.field_id)
    return AskedOut(
        field=field.pk, name=field.name, kind=field.kind, description=field.description,
        answer_schema=field_schema(field), required=one.required,
        allow_note=one.allow_note, value=as_value(field, held.draft.values.get(pk, [])),
        note=held.draft.notes.get(pk, ""), remark=held.returned.on_fields.get(pk, ""),
    )  # fmt: skip
