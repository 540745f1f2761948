"""A manager ends the hold of a reviewer. That of an annotator: `holding.release_hold`."""

from uuid import UUID

from django.db import transaction

from annotate_site.projects.events import Actor, record
from annotate_site.projects.models import User

from ..models import Queue
from ..review_holds import end_reviews
from ..states import Ending
from .holding import lock_item


def release_review_hold(*, queue: Queue, item_id: UUID, holder_id: int, actor: Actor) -> bool:
    """The item waits for any reviewer again; the draft is kept.

    False if that person reviews it no more. Raises Item.DoesNotExist.
    """
    with transaction.atomic():
        item = lock_item(queue, item_id)
        events = end_reviews(
            queue.project_id,
            queue.pk,
            Ending.RELEASED,
            actor,
            item_id=item.pk,
            user=User(pk=holder_id),
        )
        record(*events)
    return bool(events)
