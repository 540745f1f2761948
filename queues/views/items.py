"""One item for managers and viewers: what annotators see of it, and who is at it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotate_site.form_data import ROW_ID, read_number
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from traces.reading.raw import json_file

from ..access import QueueRequest, queue_member, readable_items
from ..actions.holds.ending import release_hold
from ..actions.items.changing import held_now
from ..answers_shown import answers_shown
from ..forms.binding import bind_form
from ..forms.items import PriorityForm
from ..models import Item, Slot
from ..queries.changed import changed_since
from ..queries.effective import effective_items
from ..queries.history import history_of
from ..queries.items import skips_of, slots_of
from ..sampling import percent
from ..snapshots import item_reading, shown_content
from ..source_links import source_link
from ..states import ItemStatus, ReviewState
from ..visibility import Reader
from .frame import queue_context, queue_url


@queue_member(Can.READ_RESULTS)
@require_safe
def item_detail(request: QueueRequest, item: UUID) -> HttpResponse:
    """All answers that the reader may read, the slots, and the snapshot."""
    found = get_object_or_404(
        request.queue.items.select_related("batch__added_by", "removed_by"), pk=item
    )
    reader = Reader.of(request.access)
    context = queue_context(
        request,
        "items",
        item=found,
        status=effective_items([request.queue.pk]).status(found.pk, found.status),
        reading=item_reading(found, request.queue),
        model=shown_content(found, request.queue).get("model", ""),
        source=source_link(found, request.access.project) if _reads(request) else None,
        answers=answers_shown.of_item(request.queue, found, reader),
        slots=slots_of(found),
        changed=found.pk in changed_since([found.pk]),
        chance=percent(found.inclusion),
        bind=bind_form(request.queue, found) if Can.MANAGE in request.access else None,
        history=history_of(found, reader),
        **(_manager_actions(found, reader) if Can.MANAGE in request.access else {}),
    )
    return render(request, "queues/item_detail.html", context)


def _reads(request: QueueRequest) -> bool:
    return Can.READ_TRACES in request.access


@queue_member(Can.SEE_QUEUE)
@require_safe
def item_content(request: QueueRequest, item: UUID) -> HttpResponse:
    """The frozen content as JSON: for an annotator of items that they hold or have held."""
    found = get_object_or_404(readable_items(request.queue, request.access), pk=item)
    return json_file(shown_content(found, request.queue))


def _manager_actions(item: Item, reader: Reader) -> dict[str, Any]:
    """What `_item_actions.html` shows."""
    return {
        "held": bool(held_now([item])),
        "skips": skips_of(item, reader),
        "is_finished": item.status in (ItemStatus.COMPLETED, ItemStatus.PENDING_REVIEW),
        "is_approved": item.review_state == ReviewState.APPROVED,
        "priority": PriorityForm(initial={"priority": item.priority}),
    }


@queue_member(Can.MANAGE)
@require_POST
def slot_release(request: QueueRequest, item: UUID, slot: int) -> HttpResponse:
    """Ends the hold of `holder`, whom the page showed; nobody else's."""
    found = get_object_or_404(request.queue.items.only("pk"), pk=item)
    held = get_object_or_404(Slot, pk=slot, item=found)
    released = release_hold(
        queue=request.queue,
        item_id=found.pk,
        slot_id=held.pk,
        holder_id=read_number(request.POST, "holder", most=ROW_ID),
        actor=Actor.person(request.user),
    )
    if released:
        messages.success(request, "The hold has ended; its draft is kept. The item is free again.")
    else:
        messages.error(request, "This hold had already ended; nothing was changed.")
    if request.POST.get("back") == "progress":
        return redirect(queue_url(request, "queue-progress"))
    return redirect(queue_url(request, "item-detail", item=found.pk))
