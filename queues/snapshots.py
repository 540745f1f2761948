"""What annotators may see of a source, frozen when it is added."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from traces.paths import pick
from traces.previews import first_line
from traces.reading.pieces import dialects_of
from traces.reading.repeats import Repeats
from traces.reading.sections import Reading, read_content
from traces.reading.steps import freeze_steps, mask_models, without_model
from traces.sources import Part, Source, SourceKind

from .models import Item, Queue


@dataclass(frozen=True)
class Snapshot:
    """`content`: {"inputs": ..., "outputs": ..., "expected": ..., "dialects": ..., "model": ...,
    "steps": ...}, only what was chosen. `dialects` keeps how it is read; for steps see
    `traces.reading.steps`. Of a session {"parts": [the same with "trace", "title" and "start"],
    "left": how many more it had}.
    """

    content: dict[str, Any]
    preview: str
    title: str


def snapshot_of(source: Source, display: Mapping[str, Any], hidden: list[str]) -> Snapshot:
    """`display`: {"inputs": [paths], "outputs": [paths], "expected": [paths], "steps": bool,
    "read_as": name of a dialect}; what is missing is not shown, and the dialect is detected.
    """
    hide_model = "model" in hidden
    parts = [_part_of(part, display, hide_model=hide_model) for part in source.parts]
    lines = (first_line(part["inputs"], part["outputs"]) for part in parts)
    preview = next(filter(None, lines), "")
    title = (source.bare_title if hide_model else "") or source.title
    if source.kind != SourceKind.SESSION:
        return Snapshot(parts[0], preview, title)
    content: dict[str, Any] = {"parts": parts, "left": source.left}
    models = {part.get("model", "") for part in parts}
    if len(models) == 1 and "" not in models:
        content["model"] = models.pop()
    return Snapshot(content, preview, title)


def _part_of(part: Part, display: Mapping[str, Any], *, hide_model: bool) -> dict[str, Any]:
    inputs = pick(part.inputs, display.get("inputs", []))
    outputs = pick(part.outputs, display.get("outputs", []))
    expected = pick(part.expected, display.get("expected", []))
    wanted = display.get("read_as", "")
    content: dict[str, Any] = {"inputs": inputs, "outputs": outputs}
    content["dialects"] = dialects_of(inputs, outputs, wanted).as_json()
    if expected:
        content["expected"] = expected
        content["dialects"]["expected"] = dialects_of({}, expected, wanted).as_json()["outputs"]
    if part.model and not hide_model:
        content["model"] = part.model
    if display.get("steps") and part.steps:
        content["steps"] = freeze_steps(part.steps, model=part.model, hide_model=hide_model)
    if part.trace:
        content |= _run_of(part, hide_model)
    return content


def _run_of(part: Part, hide_model: bool) -> dict[str, Any]:
    """How a run is named among those of its session."""
    title = mask_models(part.title, [part.model]) if hide_model else part.title
    start = part.start.isoformat() if part.start else None
    return {"trace": str(part.trace), "title": title, "start": start}


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
