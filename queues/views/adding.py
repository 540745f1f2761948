"""From traces, or rows of a dataset, to a queue: which queue, and what of them is shown."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotate_site.form_data import read_uuid
from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job, Project
from traces.listing import INTO
from traces.reading.sections import read_content
from traces.sources import KINDS, SourceKind, counted, load_sources
from traces.sources.selecting import AS, Selected, read_selection
from traces.titles import heading_of

from ..actions.items.adding import Added
from ..errors import WrongState
from ..forms.adding import SAMPLE, SAMPLE_OF_SESSIONS, AddForm
from ..models import Queue
from ..selected import add_selected
from ..snapshots import snapshot_of
from .sampling import Drawn, add_drawn, drawn, sample_form


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def item_add(request: ProjectRequest) -> HttpResponse:
    """Other pages send here what is selected; POST with `add` adds it.

    Each change of a choice fetches the preview by htmx.
    """
    data = request.POST if request.method == "POST" else request.GET
    selection = read_selection(request.access.project, data)
    into = _chosen_for(request.access.project, data)
    form = _form(selection, data, into)
    sampling = sample_form(selection.of_traces, request.user, data)
    is_complete = form.is_valid()
    context: dict[str, Any] = {
        "into": into,
        "takes": into is None or form.offers(into),
        "selection": selection, "form": form, "sample": len(form.parts),
        "sampling": sampling, "drawn": drawn(selection.of_traces, sampling, form.queue),
        "ready": bool(form.sample) and bool(form.queues),
    } | _words(selection, form, into)  # fmt: skip
    if request.htmx:
        return render(request, "queues/item_add.html#answer", context | _preview(form))
    is_complete = is_complete and (sampling is None or not sampling.errors)
    if request.method == "POST" and "add" in data and is_complete:
        try:
            return _add(request, selection, form, context["drawn"])
        except WrongState as error:
            form.add_error("into", str(error))
    status = 422 if form.is_bound else 200
    return render(request, "queues/item_add.html", context | _preview(form), status=status)


def _chosen_for(project: Project, data: QueryDict) -> Queue | None:
    """The queue that one came from. Raises Http404 where it is none of the project."""
    if not data.get(INTO):
        return None
    return get_object_or_404(Queue, project=project, pk=read_uuid(data, INTO))


def _form(selection: Selected, data: QueryDict, into: Queue | None) -> AddForm:
    """Raises Http404 where ids are given and none is of the project."""
    project, kind = selection.project, selection.kind
    most = SAMPLE_OF_SESSIONS if kind == SourceKind.SESSION else SAMPLE
    sample = load_sources(project, kind, selection.first(most), steps=True)
    if not sample and selection.names_keys and not selection.is_empty:
        raise Http404
    return AddForm(project, sample, data if "shown" in data else None, into=into)


def _words(selection: Selected, form: AddForm, into: Queue | None) -> dict[str, Any]:
    """What the page calls what is selected, and whether its traces have sessions to add instead."""
    kind = selection.kind
    of_rows = kind == SourceKind.DATASET_ROW
    traces = [trace for source in form.sample for trace in source.traces]
    pairs = [pair for pair in selection.pairs if pair[0] != AS]
    return {
        "nav": "datasets" if of_rows else "traces",
        "of_rows": of_rows,
        "words": KINDS[kind].words,
        "counted": counted(kind, selection.count),
        "offers_sessions": kind == SourceKind.TRACE and any(one.session_id for one in traces),
        "traces_query": urlencode([*pairs, *([(INTO, str(into.pk))] if into else [])]),
    }


def _preview(form: AddForm) -> dict[str, Any]:
    """The first source as annotators will see it in the chosen queue."""
    if not form.sample:
        return {}
    queue = form.queue
    shot = snapshot_of(form.sample[0], form.display, queue.hidden_extras if queue else ["model"])
    return {
        "heading": heading_of(shot.title, shot.preview),
        "model": shot.content.get("model", ""),
        "reading": read_content(shot.content, glimpse=True),
    }


def _add(
    request: ProjectRequest, selection: Selected, form: AddForm, sample: Drawn | None
) -> HttpResponse:
    """Small selections at once, larger ones by a job. Raises WrongState."""
    if sample and selection.of_traces:
        return add_drawn(request, selection.of_traces, form, sample)
    queue: Queue = form.cleaned_data["into"]
    slug, user = request.access.project.slug, request.user
    done = add_selected(
        selection=selection, queue=queue, display=form.display, by=user, actor=Actor.person(user)
    )
    if isinstance(done, Job):
        return redirect("projects:job-detail", project=slug, job=done.pk)
    messages.success(request, notice(done, selection.kind, queue))
    return redirect("queues:queue-detail", project=slug, queue=queue.pk)


def notice(added: Added, kind: SourceKind, queue: Queue) -> str:
    """What became of all that was selected, in words."""
    words = [f"{counted(kind, added.added)} added to {queue.name}."]
    if added.duplicates:
        words.append(f"{added.duplicates:,} already there.")
    if added.not_found:
        words.append(f"{len(added.not_found):,} not found.")
    return " ".join(words)
