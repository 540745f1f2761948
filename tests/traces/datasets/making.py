"""Datasets with rows, as pages make them."""

from typing import Any

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Project, User
from tests import factories
from traces.datasets.actions import (
    Added,
    add_some_traces,
    create_dataset,
    finish_addition,
    start_addition,
)
from traces.datasets.columns import Chosen
from traces.datasets.models import Dataset, DatasetVersion
from traces.models import Trace

MESSAGES: Chosen = {"inputs": {"messages": "inputs"}, "outputs": {"messages": "outputs"}}

EXPECTED: Chosen = {"inputs": {"messages": "inputs"}, "outputs": {"messages": "expected"}}


def make_dataset(project: Project, by: User, traces: int = 0, **more: Any) -> Dataset:
    """With a version of so many new traces, if any."""
    name = more.pop("name", f"Dataset {next(factories.NUMBER)}")
    dataset = create_dataset(project=project, by=by, name=name, **more)
    if traces:
        add(dataset, by, [factories.make_trace(project) for _ in range(traces)])
    return dataset


def add(dataset: Dataset, by: User, traces: list[Trace], chosen: Chosen = MESSAGES) -> Added:
    addition = start_addition(dataset=dataset, by=by, columns=dict(chosen), filter={})
    ids = [trace.pk for trace in traces]
    add_some_traces(addition=addition, trace_ids=ids, chosen=chosen)
    return finish_addition(addition=addition, actor=SYSTEM)


def sources(version: DatasetVersion) -> list[str]:
    """What its rows are from, in their order."""
    places = version.places.order_by("place")
    return list(places.values_list("row__source", flat=True))
