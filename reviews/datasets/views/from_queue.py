"""From a queue to a dataset: its completed items, with what was answered."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotate_site.jobs import start_job
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor, change, record
from queues.access import QueueRequest, queue_member
from queues.models import Item
from queues.states import ItemStatus
from traces.datasets.actions import Added, add_some_rows, finish_addition, start_addition
from traces.datasets.adding import LONGEST_TITLE
from traces.datasets.columns import SAMPLE, map_columns
from traces.datasets.errors import DatasetArchived, DatasetNameTaken
from traces.datasets.models import DatasetAddition
from traces.datasets.reading import RowReading, read_row
from traces.datasets.rows import NewRow
from traces.previews import first_line

from ...jobs import ADD_ITEMS_TO_DATASET
from ...results.dataset_form import QueueAddForm
from ...results.dataset_rows import FROM_THE_FIRST, read_rows, sides_of
from .adding import PREVIEWED, chosen_dataset, notice

AT_ONCE = 500


@queue_member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def queue_dataset(request: QueueRequest) -> HttpResponse:
    """What goes into which column; POST with `add` adds it. The preview shows no answers."""
    completed = request.queue.items.present().filter(status=ItemStatus.COMPLETED)
    sample = list(completed.only("snapshot").order_by("seq")[:SAMPLE])
    form = QueueAddForm(
        request.queue, map(sides_of, sample), request.POST if request.method == "POST" else None
    )
    if request.htmx:
        form.is_valid()
        return render(request, "datasets/_preview.html", {"preview": _preview(form, sample)})
    count = completed.count()
    if form.is_bound and form.is_valid():
        try:
            return _add(request, form, count)
        except (DatasetArchived, DatasetNameTaken) as refused:
            form.add_error("new_name", refused.sentence)
    context = {
        "nav": "annotate", "queue": request.queue, "form": form, "sample": len(sample),
        "count": count, "preview": _preview(form, sample), "ready": count > 0,
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "reviews/queue_dataset.html", context, status=status)


def _preview(form: QueueAddForm, sample: list[Item]) -> list[RowReading]:
    """Without answers: to look at them is recorded, and a preview records nothing."""
    mapped = [map_columns(sides_of(item), form.columns) for item in sample[:PREVIEWED]]
    rows = [NewRow("", one.inputs, one.outputs, one.expected) for one in mapped]
    return [read_row(row, first_line(row.inputs, row.outputs), glimpse=True) for row in rows]


def _add(request: QueueRequest, form: QueueAddForm, count: int) -> HttpResponse:
    """Few items at once, more by a job. Raises DatasetArchived, DatasetNameTaken."""
    queue, note, actor = request.queue, form.cleaned_data["note"], Actor.person(request.user)
    dataset = chosen_dataset(form, queue.project, request.user)
    addition = start_addition(
        dataset=dataset, by=request.user, columns=form.chosen.as_json,
        filter={"queue": str(queue.pk)},
    )  # fmt: skip
    told = ("queue", queue.pk, "export to dataset", "", "")
    record(change(queue.project_id, actor, *told, queue=queue.pk, reason=str(dataset.pk)))
    if count > AT_ONCE:
        return _start_job(request, addition, note, count)
    messages.success(request, notice(_add_now(request, form, addition, note), dataset))
    return redirect("datasets:dataset-detail", project=queue.project.slug, dataset=dataset.pk)


def _add_now(
    request: QueueRequest, form: QueueAddForm, addition: DatasetAddition, note: str
) -> Added:
    place: int | None = FROM_THE_FIRST
    while place is not None:
        chunk = read_rows(request.queue, request.user, form.chosen, place)
        if chunk.rows:
            add_some_rows(addition=addition, rows=chunk.rows)
        place = chunk.after
    return finish_addition(addition=addition, actor=Actor.person(request.user), note=note)


def _start_job(
    request: QueueRequest, addition: DatasetAddition, note: str, count: int
) -> HttpResponse:
    queue, dataset = request.queue, addition.dataset
    params = {"addition": addition.pk, "queue": str(queue.pk), "note": note, "total": count}
    title = f"Add {count:,} items to {dataset}"[:LONGEST_TITLE]
    job = start_job(
        project=queue.project, kind=ADD_ITEMS_TO_DATASET, title=title, by=request.user,
        params=params, at_once=False,
    )  # fmt: skip
    return redirect("projects:job-detail", project=queue.project.slug, job=job.pk)
