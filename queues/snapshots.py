"""What annotators may see of a source, frozen when it is added."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from traces.paths import pick
from traces.previews import first_line
from traces.reading.pieces import dialects_of
from traces.reading.repeats import Repeats
from traces.reading.sections import Reading, read_content
from traces.reading.steps import freeze_steps, without_model
from traces.sources import Part, Source

from .models import Item, Queue


@dataclass(frozen=True)
class Snapshot:
    """`content`: {"inputs": ..., "outputs": ..., "dialects": ..., "model": ..., "steps": ...}, only
    what was chosen. `dialects` keeps how it is read; for steps see `traces.reading.steps`.
    """

    content: dict[str, Any]
    preview: str


def snapshot_of(source: Source, display: Mapping[str, Any], hidden: list[str]) -> Snapshot:
    """`display`: {"inputs": [paths], "outputs": [paths], "steps": bool, "read_as": name of a
    dialect}; what is missing is not shown, and the dialect is detected.
    """
    (part,) = source.parts
    return _shot_of(part, display, hidden)


def _shot_of(part: Part, display: Mapping[str, Any], hidden: list[str]) -> Snapshot:
    inputs = pick(part.inputs, display.get("inputs", []))
    outputs = pick(part.outputs, display.get("outputs", []))
    dialects = dialects_of(inputs, outputs, display.get("read_as", ""))
    content: dict[str, Any] = {"inputs": inputs, "outputs": outputs, "dialects": dialects.as_json()}
    if "model" not in hidden and part.model:
        content["model"] = part.model
    if display.get("steps") and part.steps:
        content["steps"] = freeze_steps(part.steps, model=part.model, hide_model="model" in hidden)
    return Snapshot(content, first_line(inputs, outputs))


def item_reading(item: Item, queue: Queue) -> Reading:
    """What a person reads of the item: a function of its snapshot, of what the queue hides, and of
    the marks of what its items have in common.
    """
    return read_content(item.snapshot, hidden=queue.hidden_extras, repeats=repeats_of(queue))


def repeats_of(queue: Queue) -> Repeats:
    marks = queue.repeats
    return Repeats(frozenset(marks.get("every", [])), frozenset(marks.get("most", [])))


def shown_content(item: Item, queue: Queue) -> dict[str, Any]:
    """The frozen content, for the raw view: less what the queue hides, whatever was frozen."""
    content: dict[str, Any] = item.snapshot
    return without_model(content) if "model" in queue.hidden_extras else content
