"""Adding the traces that somebody picked: few at once, many by a job."""

from urllib.parse import urlencode

from annotate_site.jobs.running import open_job
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job
from traces.payloads import Payload, load_payloads
from traces.selecting import CHUNK, Selection

from .actions import Added, add_some_traces, finish_addition, start_addition
from .columns import SAMPLE, Chosen, Sides, usual_columns
from .jobs import ADD_TO_DATASET
from .models import Dataset

AT_ONCE = CHUNK
LONGEST_TITLE = 200


def add_selection(
    *, selection: Selection, dataset: Dataset, columns: Chosen | None, actor: Actor, note: str
) -> Added | Job:
    """`columns` None: as they are offered at first. Raises DatasetArchived."""
    assert actor.user
    if columns is None:
        columns = usual_columns(sides_of(load_payloads(selection.project, selection.first(SAMPLE))))
    addition = start_addition(
        dataset=dataset, by=actor.user, columns=dict(columns), filter=selection.as_filter,
        not_found=len(selection.strange),
    )  # fmt: skip
    if selection.count > AT_ONCE:
        params = {"addition": addition.pk, "selection": urlencode(selection.pairs), "note": note}
        title = f"Add {selection.count:,} traces to {dataset}"[:LONGEST_TITLE]
        return open_job(
            project=selection.project, kind=ADD_TO_DATASET, title=title, actor=actor,
            params=params, at_once=False,
        )  # fmt: skip
    for page in selection.pages():
        add_some_traces(addition=addition, trace_ids=page.ids, chosen=columns)
    return finish_addition(addition=addition, actor=actor, note=note)


def sides_of(sample: list[Payload]) -> list[Sides]:
    return [{"inputs": one.inputs, "outputs": one.outputs} for one in sample]
