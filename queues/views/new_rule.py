"""A new rule, from the traces page's filter or from a saved view, with its dry run beside it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.projects.events import Actor
from traces.filters import TraceFilter
from traces.models import SavedView
from traces.saved_views import views_of
from traces.selecting import Selection
from traces.sources import SourceKind, load_sources
from traces.sources.keys import read_id

from ..actions.rules import create_rule
from ..actions.rules.changing import RuleNameTaken
from ..forms.adding import SAMPLE, AddForm
from ..forms.rules import RuleForm
from ..queries.dry_run import WINDOW_WORDS, DryRun, dry_run, read_window


@dataclass(frozen=True)
class Wanted:
    """Which traces a rule is for; `pairs` are the parameters that say so again."""

    filter: TraceFilter
    view: SavedView | None
    pairs: list[tuple[str, str]]

    @classmethod
    def of(cls, request: ProjectRequest, data: QueryDict) -> "Wanted":
        """A saved view, or the filter in the address. Raises Http404 for a view not to be seen."""
        named = str(data.get("view", ""))
        if not named:
            filter = TraceFilter.from_query(data)
            return cls(filter, None, filter.pairs())
        found = views_of(request.access.project, request.user)
        view = get_object_or_404(found, pk=read_id(named))
        return cls(TraceFilter.from_rows(view.filter), view, [("view", str(view.pk))])


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: ProjectRequest) -> HttpResponse:
    """POST with `make` makes it. Each change of a choice fetches the dry run by htmx."""
    data = request.POST if request.method == "POST" else request.GET
    wanted, sent = Wanted.of(request, data), data if "shown" in data else None
    form = _add_form(request, wanted, data)
    rule_form = RuleForm(sent, name=wanted.view.name if wanted.view else "")
    is_complete = form.is_valid() & rule_form.is_valid() and not wanted.filter.problems
    dry = _dry_run(request, wanted, form, rule_form, data)
    if request.htmx:
        return render(request, "queues/_dry_run.html", {"dry": dry})
    if request.method == "POST" and "make" in data and is_complete:
        try:
            return _make(request, wanted, form, rule_form)
        except RuleNameTaken as error:
            rule_form.add_error("rule_name", error.sentence)
    context = _context(request, wanted, form) | {"rule_form": rule_form, "dry": dry}
    return render(request, "queues/rule_new.html", context, status=422 if sent else 200)


def _add_form(request: ProjectRequest, wanted: Wanted, data: QueryDict) -> AddForm:
    project = request.access.project
    selection = Selection(project, filter=wanted.filter)
    keys = [str(pk) for pk in selection.first(SAMPLE)]
    sample = load_sources(project, SourceKind.TRACE, keys, steps=True)
    form = AddForm(project, sample, data if "shown" in data else None)
    form.initial["into"] = data.get("into")
    return form


def _context(request: ProjectRequest, wanted: Wanted, form: AddForm) -> dict[str, Any]:
    project = request.access.project
    return {
        "nav": "traces", "selection": wanted, "form": form, "sample": len(form.sample),
        "ready": bool(form.queues),
        "words": wanted.filter.describe(project), "views": views_of(project, request.user),
        "windows": WINDOW_WORDS.items(),
    }  # fmt: skip


def _make(
    request: ProjectRequest, wanted: Wanted, form: AddForm, rule_form: RuleForm
) -> HttpResponse:
    """Raises RuleNameTaken."""
    given, queue = rule_form.cleaned_data, form.cleaned_data["into"]
    rule = create_rule(
        queue=queue,
        name=given["rule_name"],
        filter=[str(row) for row in wanted.filter.rows],
        display=form.display,
        rate=given["rate"],
        cap=given["cap"],
        seed=given["seed"],
        actor=Actor.person(request.user),
    )
    messages.success(request, f"The rule {rule.name} is on. It looks at what arrives from now on.")
    return redirect("queues:queue-sources", request.access.project.slug, queue.pk)


def _dry_run(
    request: ProjectRequest, wanted: Wanted, form: AddForm, rule_form: RuleForm, data: QueryDict
) -> DryRun | None:
    """None until a share is given that makes sense."""
    given: dict[str, Any] = rule_form.cleaned_data if rule_form.is_bound else {"rate": 0.1}
    if "rate" not in given or wanted.filter.problems:
        return None
    return dry_run(
        project=request.access.project,
        queue=form.cleaned_data.get("into") if form.is_bound else None,
        filter=wanted.filter,
        rate=given["rate"],
        seed=given.get("seed") or rule_form.initial["seed"],
        room=given.get("cap"),
        window=read_window(data.get("window")),
    )
