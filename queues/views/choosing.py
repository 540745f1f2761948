"""What somebody ticked in a queue's list of items, for the pages that do something with many."""

from uuid import UUID

from django.http import Http404, QueryDict

from ..access import QueueRequest
from ..queries.item_filter import ItemFilter, chosen_items


def chosen(request: QueueRequest, data: QueryDict) -> list[UUID]:
    """Raises Http404 where ids are given and none is of the queue."""
    items = chosen_items(request.queue, data)
    if not items and "item" in data:
        raise Http404
    return items


def selection_pairs(data: QueryDict) -> list[tuple[str, str]]:
    """The selection, to be sent along."""
    if data.get("all") == "1":
        return [("all", "1"), *ItemFilter.of(data).pairs]
    return [("item", value) for value in data.getlist("item")]
