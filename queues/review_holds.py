"""A reviewer's hold on an item: a reservation of kind review, without a slot."""

from uuid import UUID

from annotate_site import sql
from annotate_site.projects.events import Actor, change
from annotate_site.projects.models import Event, User

from .conditions import is_lapsed_review
from .states import Ending

END = f"""
update queues_reservation r set ended_at = clock_timestamp(), ending = %(ending)s
 where kind = 'review' and ended_at is null and queue_id = %(queue)s
   and (%(items)s::uuid[] is null or item_id = any(%(items)s::uuid[]))
   and (%(user)s::bigint is null or annotator_id = %(user)s::bigint)
   and (not %(lapsed)s::boolean or {is_lapsed_review("r")})
returning item_id, annotator_id
"""


def end_reviews(
    project_id: UUID,
    queue_id: UUID,
    ending: Ending,
    actor: Actor,
    *,
    item_id: UUID | None = None,
    item_ids: list[UUID] | None = None,
    user: User | None = None,
    lapsed: bool = False,
) -> list[Event]:
    """Ends the holds of one item, of some, of one reviewer, or of a whole queue; drafts stay.

    The caller has the item's row lock or the queue's exclusive one. Returns the events to record.
    """
    ended = sql.rows(
        END,
        {
            "ending": ending,
            "queue": queue_id,
            "items": [item_id] if item_id else item_ids,
            "user": user.pk if user else None,
            "lapsed": lapsed,
        },
    )
    return [
        reviewer_event(
            project_id, queue_id, row.item_id, actor, row.annotator_id, "", reason=ending
        )
        for row in ended
    ]


def reviewer_event(
    project_id: UUID,
    queue_id: UUID,
    item_id: UUID,
    actor: Actor,
    was: int | str,
    now: int | str,
    *,
    reason: str = "",
) -> Event:
    """Who has the item open for review, by id; "" for nobody."""
    return change(
        project_id,
        actor,
        "item",
        item_id,
        "reviewer",
        was,
        now,
        queue=queue_id,
        item=item_id,
        reason=reason,
    )
