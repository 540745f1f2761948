"""From the traces page to a dataset: choose the dataset, and what becomes which column."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job, Project, User
from traces.datasets.actions import Added, create_dataset
from traces.datasets.adding import add_selection, sides_of
from traces.datasets.columns import SAMPLE
from traces.datasets.errors import DatasetArchived, DatasetNameTaken
from traces.datasets.forms import AddForm
from traces.datasets.models import Dataset
from traces.datasets.reading import RowReading, read_row
from traces.datasets.rows import row_of_trace
from traces.payloads import Payload, load_payloads
from traces.previews import first_line
from traces.selecting import Selection

PREVIEWED = 3


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_add(request: ProjectRequest) -> HttpResponse:
    """The traces page sends here what is selected; POST with `add` adds it.

    Each change of a column fetches the preview by htmx.
    """
    data = request.POST if request.method == "POST" else request.GET
    selection = Selection.of(request.access.project, data)
    sample = _sample(selection)
    form = _form(selection.project, sample, data)
    if request.htmx:
        form.is_valid()
        return render(request, "datasets/_preview.html", {"preview": _preview(form, sample)})
    if request.method == "POST" and "add" in data and form.is_valid():
        try:
            return _add(request, selection, form)
        except (DatasetArchived, DatasetNameTaken) as refused:
            form.add_error("new_name", refused.sentence)
    context = {
        "nav": "traces", "selection": selection, "form": form, "sample": len(sample),
        "preview": _preview(form, sample), "ready": bool(sample),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "datasets/dataset_add.html", context, status=status)


def _sample(selection: Selection) -> list[Payload]:
    """Raises Http404 where ids are given and none is of the project."""
    sample = load_payloads(selection.project, selection.first(SAMPLE))
    if not sample and selection.filter is None and not selection.is_empty:
        raise Http404
    return sample


def _form(project: Project, sample: list[Payload], data: QueryDict) -> AddForm:
    return AddForm(project, sides_of(sample), data if "shown" in data else None)


def _preview(form: AddForm, sample: list[Payload]) -> list[RowReading]:
    """The first rows, as they will read."""
    rows = [row_of_trace(payload, form.columns) for payload in sample[:PREVIEWED]]
    return [read_row(row, first_line(row.inputs, row.outputs), glimpse=True) for row in rows]


def _add(request: ProjectRequest, selection: Selection, form: AddForm) -> HttpResponse:
    """Small selections at once, larger ones by a job. Raises DatasetArchived, DatasetNameTaken."""
    project = request.access.project
    dataset = chosen_dataset(form, project, request.user)
    done = add_selection(
        selection=selection, dataset=dataset, columns=form.columns,
        actor=Actor.person(request.user), note=form.cleaned_data["note"],
    )  # fmt: skip
    if isinstance(done, Job):
        return redirect("projects:job-detail", project=project.slug, job=done.pk)
    messages.success(request, notice(done, dataset))
    return redirect("datasets:dataset-detail", project=project.slug, dataset=dataset.pk)


def chosen_dataset(form: AddForm, project: Project, by: User) -> Dataset:
    """The one chosen, or a new one. Raises DatasetNameTaken."""
    into: Dataset | None = form.cleaned_data["into"]
    return into or create_dataset(project=project, by=by, name=form.cleaned_data["new_name"])


def notice(added: Added, dataset: Any) -> str:
    """What became of all that was selected, in words."""
    plural = "" if added.added == 1 else "s"
    words = [f"{added.added:,} row{plural} added to {dataset}."]
    if added.changed:
        words.append(f"{added.changed:,} changed.")
    if added.already_there:
        words.append(f"{added.already_there:,} already there.")
    if added.not_found:
        words.append(f"{added.not_found:,} not found.")
    if not added.version:
        words.append("No new version was needed.")
    return " ".join(words)
