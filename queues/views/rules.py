"""Where a queue's items come from: its rules, each with settings, dry run and runs; its batches."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor

from ..access import QueueRequest, queue_member
from ..actions.rules import change_rule, delete_rule
from ..actions.rules.changing import RuleNameTaken
from ..forms.rules import RuleForm
from ..models import Rule
from ..queries.batches import batch_rows
from ..queries.dry_run import dry_run_of, read_window
from ..queries.rules import latest_runs, rule_row, rule_rows
from .frame import queue_context, queue_url


@queue_member(Can.READ_RESULTS)
@require_safe
def queue_sources(request: QueueRequest) -> HttpResponse:
    """The rules that feed the queue, and the batches that were added."""
    more = {"rules": rule_rows(request.queue), "batches": batch_rows(request.queue)}
    return render(request, "queues/queue_sources.html", queue_context(request, "sources", **more))


@queue_member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def rule_detail(request: QueueRequest, rule: UUID) -> HttpResponse:
    """Settings, a dry run, the latest runs. POST saves; with `turn` it turns on or off alone."""
    found = get_object_or_404(request.queue.rules, pk=rule)
    if request.POST.get("turn") in ("on", "off"):
        return _turn(request, found, request.POST["turn"] == "on")
    form = RuleForm(request.POST if request.method == "POST" else None, rule=found)
    if form.is_valid():
        try:
            return _save(request, found, form)
        except RuleNameTaken as error:
            form.add_error("rule_name", error.sentence)
    dry = dry_run_of(found, read_window(request.GET.get("window")))
    more = {"rule": found, "row": rule_row(found), "form": form, "dry": dry}
    context = queue_context(request, "sources", runs=latest_runs(found), **more)
    return render(request, "queues/rule_detail.html", context, status=422 if form.errors else 200)


def _save(request: QueueRequest, rule: Rule, form: RuleForm) -> HttpResponse:
    """Raises RuleNameTaken."""
    given = form.cleaned_data
    changes = {"name": given["rule_name"], "rate": given["rate"], "cap": given["cap"]}
    change_rule(rule=rule, changes=changes, actor=Actor.person(request.user))
    messages.success(request, f"{changes['name']} saved.")
    return redirect(queue_url(request, "rule-detail", rule=rule.pk))


def _turn(request: QueueRequest, rule: Rule, on: bool) -> HttpResponse:
    change_rule(rule=rule, changes={"enabled": on}, actor=Actor.person(request.user))
    messages.success(
        request,
        f"{rule.name} is on: it looks at what arrives from now on."
        if on
        else f"{rule.name} is off. What it has added stays.",
    )
    return redirect(queue_url(request, "queue-sources"))


@queue_member(Can.MANAGE)
@require_POST
def rule_delete(request: QueueRequest, rule: UUID) -> HttpResponse:
    found = get_object_or_404(request.queue.rules, pk=rule)
    delete_rule(rule=found, actor=Actor.person(request.user))
    messages.success(request, f"{found.name} deleted. What it added stays in the queue.")
    return redirect(queue_url(request, "queue-sources"))
