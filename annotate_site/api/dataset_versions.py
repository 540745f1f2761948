"""What a program sends for a new version: rows, traces, or rows to be left out."""

from uuid import UUID

from annotate_site.projects.events import Actor
from annotate_site.projects.idempotency import Outcome
from annotate_site.projects.models import Job, Project
from traces.datasets.actions import add_some_rows, finish_addition, remove_rows, start_addition
from traces.datasets.adding import add_selection
from traces.datasets.columns import Chosen
from traces.datasets.digests import row_digest
from traces.datasets.models import Dataset
from traces.datasets.rows import NewRow
from traces.paths import is_path

from .dataset_schemas import Columns, NewVersion, RowIn
from .errors import Invalid
from .guard import ApiRequest
from .selections import select_traces

KINDS = ("rows", "trace_ids", "filter", "without")


def add_version(request: ApiRequest, dataset: Dataset, given: NewVersion) -> Outcome:
    """The schema Added. Raises Invalid, DatasetArchived."""
    if sum(getattr(given, kind) is not None for kind in KINDS) != 1:
        raise Invalid([("body.given", f"Send one of {', '.join(KINDS)}.")])
    if given.without is not None:
        return _without(request, dataset, given.without)
    if given.rows is not None:
        return _add_rows(request, dataset, given)
    here = request.access.project
    selection = select_traces(here, given.trace_ids, given.filter, within="body.given")
    done = add_selection(
        selection=selection, dataset=dataset, columns=_columns(given.columns),
        actor=Actor.token(request.access.user), note=given.note,
    )  # fmt: skip
    return {"job": str(done.pk)} if isinstance(done, Job) else done.counts


def _without(request: ApiRequest, dataset: Dataset, ids: list[int]) -> Outcome:
    made = remove_rows(dataset=dataset, row_ids=ids, actor=Actor.token(request.access.user))
    return {"removed": made.removed, "version": made.number} if made else {}


def _add_rows(request: ApiRequest, dataset: Dataset, given: NewVersion) -> Outcome:
    actor = Actor.token(request.access.user)
    rows = given.rows or []
    known = _known_traces(request.access.project, {row.trace_id for row in rows if row.trace_id})
    addition = start_addition(dataset=dataset, by=request.access.user, columns={}, filter={})
    add_some_rows(addition=addition, rows=[_row(one, known) for one in rows])
    return finish_addition(addition=addition, actor=actor, note=given.note).counts


def _row(given: RowIn, known: dict[str, UUID]) -> NewRow:
    content = given.dict(include={"inputs", "outputs", "expected", "annotations"})
    name = given.id or row_digest({"source": "", **content})
    return NewRow(
        f"row:{name}", **content, trace=known.get(given.trace_id), trace_id=given.trace_id
    )


def _known_traces(project: Project, trace_ids: set[str]) -> dict[str, UUID]:
    found = project.traces.filter(trace_id__in=trace_ids)
    return dict(found.order_by().values_list("trace_id", "pk"))


def _columns(given: Columns | None) -> Chosen | None:
    """Raises Invalid for a path that is none."""
    if given is None:
        return None
    chosen: Chosen = {"inputs": dict(given.inputs), "outputs": dict(given.outputs)}
    wrong = [
        (f"body.given.columns.{side}", f"{path[:80]!r} is not a path.")
        for side, paths in chosen.items()
        for path in paths
        if not is_path(path)
    ]
    if wrong:
        raise Invalid(wrong)
    return chosen
