"""An annotator in tests who takes back what they did last."""

from annotate_site import sql
from queues.actions.holds.hold import Hold
from queues.models import Queue, Reservation
from reviews.actions.undoing import Undone, undo_latest
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from .working import Worker


def three_fields(cast: Cast) -> Queue:
    """A queue with two items that asks three fields."""
    fields = [
        factories.make_field(cast.project, "boolean", name="Right"),
        factories.make_field(cast.project, "categories", name="Faults"),
        factories.make_field(cast.project, "number", name="Score"),
    ]
    return factories.make_queue(
        cast.project, fields=fields, annotators=[cast.annotator, cast.second], items=2
    )


def submit(me: Worker, hold: Hold | None = None) -> Hold:
    """One item answered, and the next one opened, as a submit's response does."""
    hold = hold or me.claim()
    me.submit(hold, "true", "tone", "0.5", version=_version(me, hold))
    return hold


def _version(me: Worker, hold: Hold) -> int:
    found = Annotation.objects.filter(item=hold.item_id, annotator=me.user).first()
    return found.version if found else 0


def skip(me: Worker) -> Hold:
    hold = me.claim()
    me.skip(hold)
    return hold


def undo(me: Worker, hold: Hold) -> Undone:
    return undo_latest(queue=me.queue, user=me.user, token=hold.token)


def held(me: Worker) -> Reservation:
    return Reservation.objects.get(annotator=me.user, ended_at=None, parked_at=None)


def later(seconds: int, hold: Hold) -> None:
    """The submit or skip of this hold, so long ago."""
    back = f"{seconds} seconds"
    sql.run(
        "update reviews_annotation set submitted_at = submitted_at - %s::interval"
        " where item_id = %s",
        [back, hold.item_id],
    )
    sql.run(
        "update queues_reservation set ended_at = ended_at - %s::interval where token = %s",
        [back, hold.token],
    )
