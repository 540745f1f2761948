"""The list of datasets, a dataset at one of its versions, and one row."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate_site.form_data import ROW_ID, whole_number
from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.projects.events import Actor
from traces.datasets.actions import archive_dataset, create_dataset, remove_rows, rename_dataset
from traces.datasets.errors import DatasetNameTaken
from traces.datasets.forms import DatasetForm
from traces.datasets.models import Dataset, DatasetRow, DatasetVersion
from traces.datasets.queries import PAGE, changes, find_datasets, read_rows, version_of
from traces.datasets.reading import read_row
from traces.queries import queue_names

from ..opening import open_rows

SHOWN_VERSIONS = 20


@member(Can.READ_TRACES)
@require_safe
def dataset_list(request: ProjectRequest) -> HttpResponse:
    """`q`, `archived=1`, `page`."""
    text = request.GET.get("q", "").replace("\x00", "").strip()
    archived = request.GET.get("archived") == "1"
    found = find_datasets(request.access.project, text=text, archived=archived)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "datasets", "page": page, "text": text, "archived": archived,
        "is_empty": not request.access.project.datasets.exists(),
    }  # fmt: skip
    return render(request, "datasets/dataset_list.html", context)


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_new(request: ProjectRequest) -> HttpResponse:
    form = DatasetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_dataset(
                project=request.access.project, by=request.user, **form.cleaned_data
            )
        except DatasetNameTaken as taken:
            form.add_error("name", taken.sentence)
        else:
            return redirect("datasets:dataset-detail", request.access.project.slug, made.pk)
    return _form_page(request, form, None)


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_rename(request: ProjectRequest, dataset: UUID) -> HttpResponse:
    found = find_dataset(request, dataset)
    given = {"name": found.name, "description": found.description}
    form = DatasetForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            rename_dataset(dataset=found, actor=Actor.person(request.user), **form.cleaned_data)
        except DatasetNameTaken as taken:
            form.add_error("name", taken.sentence)
        else:
            return redirect("datasets:dataset-detail", request.access.project.slug, found.pk)
    return _form_page(request, form, find_dataset(request, dataset))


def _form_page(request: ProjectRequest, form: DatasetForm, dataset: Dataset | None) -> HttpResponse:
    context = {"nav": "datasets", "form": form, "dataset": dataset}
    status = 422 if form.is_bound else 200
    return render(request, "datasets/dataset_form.html", context, status=status)


@member(Can.MANAGE)
@require_POST
def dataset_archive(request: ProjectRequest, dataset: UUID) -> HttpResponse:
    """`restore=1` shows it again."""
    found, archived = find_dataset(request, dataset), request.POST.get("restore") != "1"
    archive_dataset(dataset=found, archived=archived, actor=Actor.person(request.user))
    word = "archived. Its versions are kept" if archived else "restored"
    messages.success(request, f"{found} is {word}.")
    return redirect("datasets:dataset-detail", request.access.project.slug, found.pk)


@member(Can.READ_TRACES)
@require_safe
def dataset_detail(request: ProjectRequest, dataset: UUID) -> HttpResponse:
    """A page of a version's rows: `version`, else the latest; `after` or `before` a place."""
    found = find_dataset(request, dataset)
    version = chosen_version(found, request.GET.get("version"))
    context: dict[str, Any] = {"nav": "datasets", "dataset": found, "version": version}
    if version:
        after, before = (whole_number(request.GET.get(key)) for key in ("after", "before"))
        versions = list(
            found.versions.select_related("created_by").order_by("-number")[: SHOWN_VERSIONS + 1]
        )
        context |= {
            "page": read_rows(
                version, after=after, before=before, open=partial(open_rows, request.access)
            ),
            "versions": [(one, changes(one)) for one in versions[:SHOWN_VERSIONS]],
            "is_latest": version.number == versions[0].number,
            "earlier": versions[0].number - SHOWN_VERSIONS,
        }
    return render(request, "datasets/dataset_detail.html", context)


@member(Can.READ_TRACES)
@require_safe
def row_detail(request: ProjectRequest, dataset: UUID, row: int) -> HttpResponse:
    """One row to read, and what it is from, in a version that has it: `version`, else any."""
    found = find_dataset(request, dataset)
    content = get_object_or_404(DatasetRow, dataset=found, pk=_row_id(row))
    places = content.places.select_related("version").order_by("-version__number")
    number = whole_number(request.GET.get("version"))
    here = places.filter(version__number=number).first() if number else places.first()
    if here is None:
        raise Http404
    project = request.access.project
    is_hidden = bool(open_rows(request.access, [content]))
    if is_hidden:
        content.annotations = {}
    near = here.version.places.filter(place__in=(here.place - 1, here.place + 1))
    beside = dict(near.values_list("place", "row"))
    context = {
        "nav": "datasets", "dataset": found, "here": here, "row": content,
        "shown": read_row(content, content.preview), "is_hidden": is_hidden,
        "has_trace": content.trace is not None
        and project.traces.filter(pk=content.trace).exists(),
        "queue_name": queue_names(project).get(content.queue) if content.queue else None,
        "before": beside.get(here.place - 1), "after": beside.get(here.place + 1),
    }  # fmt: skip
    return render(request, "datasets/row_detail.html", context)


@member(Can.MANAGE)
@require_POST
def rows_remove(request: ProjectRequest, dataset: UUID) -> HttpResponse:
    """`row`, repeated: a new version without them."""
    found = find_dataset(request, dataset)
    ids = [whole_number(text, most=ROW_ID) for text in request.POST.getlist("row")]
    wanted = [pk for pk in ids if pk is not None]
    made = remove_rows(dataset=found, row_ids=wanted, actor=Actor.person(request.user))
    if made:
        plural = "" if made.removed == 1 else "s"
        told = f"Version {made.number} is without {made.removed:,} row{plural}."
        messages.success(request, f"{told} Earlier versions still have them.")
    else:
        messages.info(request, "The latest version has none of these rows. Nothing was changed.")
    return redirect("datasets:dataset-detail", request.access.project.slug, found.pk)


def chosen_version(dataset: Dataset, text: str | None) -> DatasetVersion | None:
    """By its number, else the latest; None without any. Raises Http404 for an unknown one."""
    number = whole_number(text) if text else None
    found = version_of(dataset, number)
    if text and (number is None or found is None):
        raise Http404
    return found


def find_dataset(request: ProjectRequest, dataset: UUID) -> Dataset:
    return get_object_or_404(request.access.project.datasets, pk=dataset)


def _row_id(row: int) -> int:
    if row > ROW_ID:
        raise Http404
    return row
