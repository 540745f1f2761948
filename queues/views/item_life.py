"""Items of a queue: removed and restored, skips cleared, priority moved; one or many at once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotate_site.jobs import start_job
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.templatetags.ui import count

from ..access import QueueRequest, queue_member
from ..actions.items.changing import (
    BATCH,
    Removed,
    change_priority,
    clear_skips,
    remove_item,
    remove_items,
    restore_item,
)
from ..errors import WrongState
from ..forms.items import PriorityForm
from ..jobs import CHANGE_PRIORITY, REMOVE_ITEMS
from .choosing import chosen, selection_pairs
from .frame import queue_context, queue_url


@queue_member(Can.MANAGE)
@require_POST
def item_remove(request: QueueRequest, item: UUID) -> HttpResponse:
    """`confirmed`: the page said that somebody has it open, and it is meant."""
    confirmed = request.POST.get("confirmed") == "1"

    def act(**given: Any) -> str:
        remove_item(**given, confirmed=confirmed)
        return "The item is removed. Its answers are kept, and you can restore it."

    return _change(request, item, act)


@queue_member(Can.MANAGE)
@require_POST
def item_restore(request: QueueRequest, item: UUID) -> HttpResponse:
    def act(**given: Any) -> str:
        restore_item(**given)
        return "The item is in the queue again."

    return _change(request, item, act)


@queue_member(Can.MANAGE)
@require_POST
def item_clear_skips(request: QueueRequest, item: UUID) -> HttpResponse:
    """Whoever skipped it may get it again."""

    def act(**given: Any) -> str:
        cleared = clear_skips(**given)
        return f"{count(cleared, 'skip')} cleared: the item can go to everyone again."

    return _change(request, item, act)


@queue_member(Can.MANAGE)
@require_POST
def item_priority(request: QueueRequest, item: UUID) -> HttpResponse:
    form = PriorityForm(request.POST)

    def act(**given: Any) -> str:
        if not form.is_valid():
            raise WrongState(" ".join(map(str, form.errors["priority"])))
        priority = form.cleaned_data["priority"]
        ids = [given.pop("item_id")]
        change_priority(**given, item_ids=ids, priority=priority)
        return f"The priority is {priority} now."

    return _change(request, item, act)


def _change(request: QueueRequest, item: UUID, act: Callable[..., str]) -> HttpResponse:
    found = get_object_or_404(request.queue.items.only("pk"), pk=item)
    try:
        done = act(queue=request.queue, item_id=found.pk, actor=Actor.person(request.user))
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(queue_url(request, "item-detail", item=found.pk))


@queue_member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def items_priority(request: QueueRequest) -> HttpResponse:
    """The list sends here what is ticked, or a filter and `all=1`; POST changes it."""
    data = request.POST if request.method == "POST" else request.GET
    picked = chosen(request, data)
    form = PriorityForm(data if "priority" in data else None)
    if request.method == "POST" and picked and form.is_valid():
        priority = form.cleaned_data["priority"]
        if len(picked) > BATCH:
            title = f"Priority {priority} for {len(picked):,} items of {request.queue.name}"
            return _by_job(request, CHANGE_PRIORITY, title, picked, priority=priority)
        actor = Actor.person(request.user)
        changed = change_priority(
            queue=request.queue, item_ids=picked, priority=priority, actor=actor
        )
        messages.success(request, f"{count(changed, 'item')} moved to priority {priority}.")
        return redirect(queue_url(request))
    context = queue_context(
        request, "items", form=form, number=len(picked), pairs=selection_pairs(data)
    )
    status = 422 if form.is_bound else 200
    return render(request, "queues/items_priority.html", context, status=status)


@queue_member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def items_remove(request: QueueRequest) -> HttpResponse:
    """Asks whether it is meant; POST with `sure` removes, with `confirmed` also open items."""
    data = request.POST if request.method == "POST" else request.GET
    picked = chosen(request, data)
    if request.method == "POST" and picked and "sure" in data:
        confirmed = data.get("confirmed") == "1"
        if len(picked) > BATCH:
            title = f"Remove {len(picked):,} items from {request.queue.name}"
            return _by_job(request, REMOVE_ITEMS, title, picked, confirmed=confirmed)
        actor = Actor.person(request.user)
        done = remove_items(queue=request.queue, item_ids=picked, confirmed=confirmed, actor=actor)
        messages.success(request, _removed(done))
        return redirect(queue_url(request))
    context = queue_context(request, "items", number=len(picked), pairs=selection_pairs(data))
    return render(request, "queues/items_remove.html", context)


def _removed(done: Removed) -> str:
    words = f"{count(done.removed, 'item')} removed. Their answers are kept."
    if done.held:
        words += f" {count(done.held, 'item')} passed over: somebody has them open."
    return words


def _by_job(
    request: QueueRequest, kind: str, title: str, picked: list[UUID], **more: Any
) -> HttpResponse:
    params = {"queue": str(request.queue.pk), "items": [str(pk) for pk in picked], **more}
    project = request.access.project
    job = start_job(
        project=project, kind=kind, title=title, by=request.user, params=params, at_once=False
    )
    return redirect("projects:job-detail", project=project.slug, job=job.pk)
