"""A queue and its items."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate_site.projects.access import Can

from ..access import QueueRequest, queue_member
from ..answers_shown import answers_shown
from ..effort import Effort
from ..models import Batch, Queue
from ..queries.changed import changed_since
from ..queries.effective import counts, effective_items
from ..queries.guidelines import rail_of
from ..queries.item_filter import ItemFilter, Rank, Show
from ..queries.items import ItemPage, item_page
from ..queries.people import everyone_in
from ..queries.progress import people_progress
from ..queries.set_up import queue_set_up
from ..states import ItemStatus, QueueStatus
from ..visibility import Reader
from .frame import queue_context

MOST_BATCHES = 100


@queue_member(Can.SEE_QUEUE)
@require_safe
def queue_detail(request: QueueRequest) -> HttpResponse:
    """The items, 50 a page, with the answers of completed ones for those who read results.

    Annotators pick from them, and have the guidelines above.
    """
    return items_page(request)


def items_page(request: QueueRequest, *, refused: str = "") -> HttpResponse:
    """`refused`: why the draft was not activated (422)."""
    queue, access = request.queue, request.access
    annotates = Can.ANNOTATE in access
    browses = annotates and Can.READ_RESULTS not in access
    wanted, effective = ItemFilter.of(request.GET), effective_items([queue.pk])
    wanted = (
        wanted.for_annotators() if browses else wanted.for_readers(manages=Can.MANAGE in access)
    )
    counted = counts([queue.pk], effective)[queue.pk]
    page = item_page(
        queue,
        wanted,
        effective,
        of_all=counted.total,
        annotator=request.user if annotates else None,
    )
    context = queue_context(
        request,
        "items",
        page=page if browses else _with_answers(request, page),
        changed=set() if browses else changed_since([row.pk for row in page.rows]),
        wanted=wanted,
        counts=counted,
        batches=_batches(queue),
        statuses=ItemStatus.choices,
        ranks=Rank.choices,
        shows=[one for one in Show.choices if one[0] != Show.NEED or Can.MANAGE in access],
        people=[] if browses else everyone_in(queue),
        mine=_own_figures(request) if annotates else None,
        browses=browses,
        rail=rail_of(queue, request.belonging),
        refused=refused,
    )
    if queue.status == QueueStatus.DRAFT and Can.MANAGE in access:
        annotators = context["annotators"]
        context["set_up"] = queue_set_up(queue, items=counted.total, annotators=annotators)
    return render(request, "queues/queue_detail.html", context, status=422 if refused else 200)


def _with_answers(request: QueueRequest, page: ItemPage) -> ItemPage:
    completed = [row.pk for row in page.rows if row.status == ItemStatus.COMPLETED]
    found = answers_shown.of_list(request.queue, completed, Reader.of(request.access))
    return replace(page, rows=[replace(row, answers=found.get(row.pk)) for row in page.rows])


def _own_figures(request: QueueRequest) -> Any:
    return next(iter(people_progress(request.queue, only=request.user, effort=Effort())), None)


def _batches(queue: Queue) -> list[Batch]:
    return list(queue.batches.filter(added__gt=0).order_by("-pk")[:MOST_BATCHES])
