"""Two versions of a dataset beside each other."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate_site.form_data import whole_number
from annotate_site.projects.access import Can, ProjectRequest, member
from traces.datasets.differences import Kind, first_kind, read_differences
from traces.datasets.models import Dataset, DatasetVersion

from .datasets import chosen_version, find_dataset


@member(Can.READ_TRACES)
@require_safe
def version_differences(request: ProjectRequest, dataset: UUID) -> HttpResponse:
    """`from` and `to`, else the latest and the one before it; `kind`, and `after` a place."""
    found = find_dataset(request, dataset)
    earlier, later = _versions(found, request.GET.get("from"), request.GET.get("to"))
    asked = request.GET.get("kind", "")
    kind = Kind(asked) if asked in set(Kind) else None
    after = whole_number(request.GET.get("after")) or 0
    told = read_differences(earlier, later, kind, after=after)
    shown = kind or first_kind(told.counts)
    context = {
        "nav": "datasets", "dataset": found, "earlier": earlier, "later": later, "told": told,
        "kind": shown.value, "kinds": [(one.value, getattr(told.counts, one)) for one in Kind],
        "address": f"?from={earlier.number}&to={later.number}",
        "row_version": earlier.number if shown == Kind.REMOVED else later.number,
    }  # fmt: skip
    return render(request, "datasets/version_differences.html", context)


def _versions(
    dataset: Dataset, earlier: str | None, later: str | None
) -> tuple[DatasetVersion, DatasetVersion]:
    """Raises Http404 for a version that is not there, and where there is none."""
    second = chosen_version(dataset, later)
    if second is None:
        raise Http404
    first = chosen_version(dataset, earlier or str(max(1, second.number - 1)))
    assert first is not None
    return first, second
