"""Judging a trace or a span of it without a queue, and what was judged of it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.projects.events import Actor
from traces.listing import CARRIED
from traces.models import Span, Trace
from traces.payloads import load_payload
from traces.queries import line_around
from traces.reading.sections import read_sides
from traces.view_models import trace_heading

from ..actions.judging import judge_target
from ..actions.scoring import withdraw_score
from ..judging.form import JudgeForm
from ..judging.shown import judgments_of
from ..targets import ScoreTarget


@member(Can.READ_RESULTS)
@require_safe
def trace_judgments(request: ProjectRequest, trace: UUID) -> HttpResponse:
    """A part of the trace's page, which fetches it; by itself a page."""
    found = get_object_or_404(request.access.project.traces, pk=trace)
    return _judgments(request, found)


def _judgments(request: ProjectRequest, trace: Trace) -> HttpResponse:
    context = {
        "nav": "traces",
        "trace": trace,
        "heading": trace_heading(trace),
        "judgments": judgments_of(trace, request.user),
    }
    part = "#judgments" if request.htmx else ""
    return render(request, f"reviews/trace_judgments.html{part}", context)


@member(Can.JUDGE)
def trace_judge(request: ProjectRequest, trace: UUID) -> HttpResponse:
    """The form; `span` judges that step alone. POST stores every answer, or shows what is wrong.

    With `choose` it only changes which fields are asked.
    """
    found = get_object_or_404(request.access.project.traces, pk=trace)
    span = _span(found, request.GET.get("span", ""))
    target = ScoreTarget.of_span(found.pk, span.span_id) if span else ScoreTarget.of_trace(found.pk)
    project, user = request.access.project, request.user
    if request.method != "POST":
        form = JudgeForm.open(project, user, target, request.GET)
        return _page(request, found, span, form)
    form = JudgeForm.sent(project, user, target, request.POST)
    if "choose" in request.POST:
        return _page(request, found, span, form)
    return _store(request, found, span, form)


def _store(
    request: ProjectRequest, trace: Trace, span: Span | None, form: JudgeForm
) -> HttpResponse:
    judged = form.judged()
    if judged.errors:
        form.errors = judged.errors
        return _page(request, trace, span, form, 422)
    changed = judge_target(
        project=form.project, user=form.user, target=form.target, answers=judged.answers,
        asked=form.fields,
    )  # fmt: skip
    if changed:
        messages.success(request, "Your judgment is saved.")
    else:
        messages.info(request, "Nothing was changed.")
    return redirect(_back(request, trace, span))


def _page(
    request: ProjectRequest, trace: Trace, span: Span | None, form: JudgeForm, status: int = 200
) -> HttpResponse:
    payload = span or load_payload(trace)
    context = {
        "nav": "traces", "trace": trace, "span": span, "form": form,
        "heading": trace_heading(trace, repeated=line_around(trace)),
        "reading": read_sides(payload.inputs, payload.outputs),
        "back_url": _back(request, trace, span),
    }  # fmt: skip
    return render(request, "reviews/trace_judge.html", context, status=status)


@member(Can.JUDGE)
@require_POST
def judgment_withdraw(request: ProjectRequest, trace: UUID, score: int) -> HttpResponse:
    """One's own, or what a machine said: it counts no more."""
    found = get_object_or_404(request.access.project.traces, pk=trace)
    actor = Actor.person(request.user)
    if not withdraw_score(
        project=found.project, score_id=score, by=request.user, actor=actor, trace=found
    ):
        raise Http404
    if request.htmx:
        return _judgments(request, found)
    messages.success(request, "The judgment is withdrawn.")
    return redirect(_back(request, found, None))


def _span(trace: Trace, span_id: str) -> Span | None:
    if not span_id:
        return None
    if "\x00" in span_id:
        raise Http404
    return get_object_or_404(trace.spans, span_id=span_id, project=trace.project_id)


def _back(request: ProjectRequest, trace: Trace, span: Span | None) -> str:
    """The trace's page, with its way back to the list."""
    more: dict[str, Any] = {}
    if carried := request.GET.get(CARRIED):
        more[CARRIED] = carried
    if span:
        more["span"] = span.span_id
    address = reverse("traces:trace-detail", args=[trace.project.slug, trace.pk])
    return f"{address}?{urlencode(more)}" if more else address
