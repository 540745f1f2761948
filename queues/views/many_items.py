"""What a manager does to the items picked in the list: a page that asks, then a batch or a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotate_site.errors import Refused
from annotate_site.jobs import start_job
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.templatetags.ui import count

from ..access import QueueRequest, queue_member
from ..actions.items.many import COMMANDS, Outcome
from ..forms.items import MoreForm, NothingMore, ReasonForm
from ..jobs import CHANGE_ITEMS
from .choosing import chosen, selection_pairs
from .frame import queue_context, queue_url


@dataclass(frozen=True)
class Asked:
    """What the page says; `passed`: why an item is passed over."""

    heading: str
    button: str
    note: str
    done: str
    passed: str
    form: type[forms.Form] = NothingMore


ASKED: Final[Mapping[str, Asked]] = {
    "release": Asked(
        "End holds",
        "End the holds of",
        "Whoever has one of these items open loses their place. What they typed is kept as a draft,"
        " and the item goes to the next person who is free for it.",
        "free again",
        "nobody had them open",
    ),
    "clear-skips": Asked(
        "Clear skips",
        "Clear the skips of",
        "Whoever skipped one of these items can be given it again.",
        "open to those who skipped",
        "nobody had skipped them",
    ),
    "reopen": Asked(
        "Reopen items",
        "Reopen",
        "Each item that has all its annotations begins a new round, for any annotators. Earlier"
        " answers stay in its history and don't count any more; whoever gave them finds them in"
        " the form.",
        "open again, in a new round",
        "they aren't finished, or their content was erased",
        ReasonForm,
    ),
    "more": Asked(
        "Ask for more annotations",
        "Ask for more on",
        "These items need more annotations than the others of the queue, by people who haven't"
        " annotated them. Items that are completed are open again until then, and a reviewer's"
        " decision on them is cleared.",
        "waiting for more annotations",
        "their content was erased",
        MoreForm,
    ),
}
"""By the names of COMMANDS, which are in the addresses, too."""


@queue_member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def items_change(request: QueueRequest, command: str) -> HttpResponse:
    """The list sends here what is ticked, or a filter and `all=1`; POST with `sure` does it."""
    asked = ASKED[command]
    data = request.POST if request.method == "POST" else request.GET
    picked = chosen(request, data)
    form = asked.form(data if "sure" in data else None)
    if request.method == "POST" and picked and form.is_valid():
        try:
            return _change(request, command, picked, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = queue_context(
        request, "items", asked=asked, form=form, number=len(picked), pairs=selection_pairs(data)
    )
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "queues/items_change.html", context, status=status)


def _change(
    request: QueueRequest, name: str, picked: list[UUID], given: dict[str, Any]
) -> HttpResponse:
    """Small selections at once, larger ones by a job. Raises Refused."""
    command, asked, queue = COMMANDS[name], ASKED[name], request.queue
    if len(picked) > command.batch:
        params = {"queue": str(queue.pk), "items": [str(pk) for pk in picked]}
        job = start_job(
            project=request.access.project,
            kind=CHANGE_ITEMS,
            title=f"{asked.heading}: {len(picked):,} items of {queue.name}",
            by=request.user,
            params=params | {"command": name, "given": given},
            at_once=False,
        )
        return redirect("projects:job-detail", project=request.access.project.slug, job=job.pk)
    actor = Actor.person(request.user)
    done = command.act(queue=queue, item_ids=picked, actor=actor, **given)
    messages.success(request, _said(done, asked))
    return redirect(queue_url(request))


def _said(done: Outcome, asked: Asked) -> str:
    words = f"{count(done.items, 'item')} {'is' if done.items == 1 else 'are'} {asked.done}."
    if done.passed_over:
        words += f" {count(done.passed_over, 'item')} passed over: {asked.passed}."
    return words
