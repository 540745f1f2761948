"""Binding items to people: one on its page, many from the list; and taking a binding back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotate_site.errors import Refused
from annotate_site.jobs import start_job
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.templatetags.ui import count

from ..access import QueueRequest, queue_member
from ..actions.assignment.binding import BATCH, Bound, bind_items, bind_slots, unbind_slot
from ..forms.binding import BindForm
from ..jobs import BIND_ITEMS
from ..models import Slot
from .choosing import chosen, selection_pairs
from .frame import queue_context, queue_url


@queue_member(Can.MANAGE)
@require_POST
def item_bind(request: QueueRequest, item: UUID) -> HttpResponse:
    """Binds free slots of one item to the people chosen, all or none."""
    found = get_object_or_404(request.queue.items.only("pk"), pk=item)
    form, actor = BindForm(request.queue, request.POST), Actor.person(request.user)
    try:
        if not form.is_valid():
            raise Refused(" ".join(map(str, form.errors["people"])))
        people = list(form.cleaned_data["people"])
        bind_slots(queue=request.queue, item_id=found.pk, users=people, actor=actor)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Assigned to {', '.join(str(person) for person in people)}.")
    return redirect(queue_url(request, "item-detail", item=found.pk))


@queue_member(Can.MANAGE)
@require_POST
def slot_unbind(request: QueueRequest, item: UUID, slot: int) -> HttpResponse:
    """The slot is for anybody again, unless it has been opened meanwhile."""
    found = get_object_or_404(request.queue.items.only("pk"), pk=item)
    bound = get_object_or_404(Slot, pk=slot, item=found)
    actor = Actor.person(request.user)
    if unbind_slot(queue=request.queue, item_id=found.pk, slot_id=bound.pk, actor=actor):
        messages.success(request, "The place is free for anybody again.")
    else:
        messages.error(
            request, "This place has been opened, or is no longer assigned. Nothing was changed."
        )
    return redirect(queue_url(request, "item-detail", item=found.pk))


@queue_member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def items_bind(request: QueueRequest) -> HttpResponse:
    """The list sends here what is ticked, or a filter and `all=1`; POST with `bind` binds it."""
    data = request.POST if request.method == "POST" else request.GET
    picked = chosen(request, data)
    form = BindForm(request.queue, data if "bind" in data else None)
    if request.method == "POST" and picked and form.is_valid():
        try:
            return _bind(request, picked, form)
        except Refused as error:
            form.add_error(None, str(error))
    context = queue_context(
        request, "items", form=form, number=len(picked), pairs=selection_pairs(data)
    )
    status = 422 if form.is_bound else 200
    return render(request, "queues/item_bind.html", context, status=status)


def _bind(request: QueueRequest, picked: list[UUID], form: BindForm) -> HttpResponse:
    """Small selections at once, larger ones by a job. Raises Refused."""
    people, queue = list(form.cleaned_data["people"]), request.queue
    if len(picked) > BATCH:
        job = start_job(
            project=request.access.project,
            kind=BIND_ITEMS,
            title=f"Assign {len(picked):,} items of {queue.name}",
            by=request.user,
            params={
                "queue": str(queue.pk),
                "people": [person.pk for person in people],
                "items": [str(pk) for pk in picked],
            },
            at_once=False,
        )
        return redirect("projects:job-detail", project=request.access.project.slug, job=job.pk)
    actor = Actor.person(request.user)
    bound = bind_items(queue=queue, item_ids=picked, users=people, actor=actor)
    messages.success(request, notice(bound))
    return redirect(queue_url(request))


def notice(bound: Bound) -> str:
    """What a bulk binding did, in words."""
    words = [f"{count(bound.slots, 'place')} assigned, on {bound.items - bound.passed_over} of"]
    words.append(f"{count(bound.items, 'item')}.")
    if bound.passed_over:
        words.append("The others have no free place that one of these people may have.")
    return " ".join(words)
