"""The steps of a run, frozen with an item: names, kinds, times, status and parents of its spans.

A step: {"id", "parent" (an id or null), "name", "kind", "status", "start" (milliseconds since the
first one began, or null), "took" (milliseconds or null), "model" (only where it has one)}.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

MOST_STEPS = 500
DEEPEST = 20
KIND_WORDS = {
    "llm": "LLM", "tool": "Tool", "retriever": "Retriever", "chain": "Chain", "agent": "Agent",
    "embedding": "Embedding", "other": "Other",
}  # fmt: skip
# A call of a model is often named after it: where the model is hidden, its kind is its name.
_NAMED_AFTER_MODEL = {"llm": "Model call", "embedding": "Embedding"}
_MASK = "…"
_SHORTEST_MODEL = 3


@dataclass
class Step:
    """One step as it is shown; `start` and `took` are in milliseconds."""

    name: str
    kind: str
    failed: bool = False
    start: int | None = None
    took: int | None = None
    children: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class Steps:
    """The tops of the tree; `count` of all, `left` that were not frozen."""

    tops: list[Step]
    count: int
    left: int = 0
    failed: int = 0
    took: int | None = None


class Branch(Protocol):
    """What hangs in a tree."""

    @property
    def children(self) -> list[Any]: ...


B = TypeVar("B", bound=Branch)


class SpanLike(Protocol):
    """What a span tells here; `traces.models.Span` does."""

    span_id: str
    parent_id: str
    name: str
    kind: str
    status: str
    start: datetime | None
    end: datetime | None


def freeze_steps(
    spans: Iterable[tuple[SpanLike, str]], *, model: str, hide_model: bool
) -> dict[str, Any]:
    """{"spans": [step], "left": n} of spans in order, each with the model it names or "".

    With `hide_model` no model is named, neither as such nor within a step's name.
    """
    pairs = list(spans)
    kept = pairs[:MOST_STEPS]
    ids = {span.span_id: number for number, (span, _) in enumerate(kept)}
    first = min((span.start for span, _ in kept if span.start), default=None)
    steps = [_frozen(span, named, ids, first) for span, named in kept]
    if hide_model:
        known = [model, *(named for _, named in pairs)]
        steps = [_masked(step, known) for step in steps]
    return {"spans": steps, "left": len(pairs) - len(kept)}


def without_model(content: dict[str, Any]) -> dict[str, Any]:
    """The snapshot with its model named nowhere that is ours to say."""
    bare = {key: value for key, value in content.items() if key != "model"}
    if "parts" in content:
        return bare | {"parts": [_bare_part(part) for part in content["parts"]]}
    frozen = content.get("steps")
    if not isinstance(frozen, dict):
        return bare
    spans = frozen.get("spans", [])
    known = [str(content.get("model", "")), *(str(step.get("model", "")) for step in spans)]
    return bare | {"steps": frozen | {"spans": [_masked(step, known) for step in spans]}}


def _bare_part(part: dict[str, Any]) -> dict[str, Any]:
    title = mask_models(str(part.get("title", "")), [str(part.get("model", ""))])
    return without_model(part) | {"title": title}


def shown_steps(content: dict[str, Any], *, hide_model: bool) -> Steps | None:
    """The tree to show, each level by time; None where the snapshot has no steps."""
    frozen = (without_model(content) if hide_model else content).get("steps")
    if not isinstance(frozen, dict) or not (spans := frozen.get("spans")):
        return None
    steps = {step["id"]: _shown(step) for step in spans}
    tops = tree_of(steps, {step["id"]: step["parent"] for step in spans}, _by_time)
    left = frozen.get("left", 0)
    failed = sum(step.failed for step in steps.values())
    return Steps(tops, len(spans) + left, left, failed, _length(spans))


def branch_of(parents: Mapping[str, str], top: str) -> set[str]:
    """The id `top` and those of all below it, by the parent of each; circles do no harm."""
    children: dict[str, list[str]] = {}
    for key, parent in parents.items():
        children.setdefault(parent, []).append(key)
    kept, waiting = {top}, [top]
    while waiting:
        below = [one for one in children.get(waiting.pop(), []) if one not in kept]
        kept.update(below)
        waiting += below
    return kept


def tree_of(nodes: dict[Any, B], parents: dict[Any, Any], by: Any) -> list[B]:
    """Hangs each node under its parent and gives the tops, each level in the order of `by`.

    A node whose parent is not there is a top; so is one of each circle of parents. Below DEEPEST
    all stand on one level. No recursion: chains may be long.
    """
    below: dict[Any, list[Any]] = {}
    for key in nodes:
        parent = parents.get(key)
        below.setdefault(parent if parent in nodes else None, []).append(key)
    for keys in below.values():
        keys.sort(key=lambda key: by(nodes[key]))
    free, tops = dict(nodes), []
    # Tops first; what a circle keeps out of reach is picked up at the end.
    for start in [*below.get(None, []), *nodes]:
        if start in free:
            tops.append(nodes[start])
            _hang(start, nodes, free, below)
    return tops


def _hang(top: Any, nodes: dict[Any, B], free: dict[Any, B], below: dict[Any, list[Any]]) -> None:
    del free[top]
    waiting = [(top, nodes[top], 1)]
    while waiting:
        key, holder, depth = waiting.pop()
        reached = [child for child in below.get(key, []) if child in free]
        for child in reached:
            holder.children.append(free.pop(child))
        deeper = depth < DEEPEST
        waiting += [
            (child, nodes[child] if deeper else holder, depth + 1) for child in reached[::-1]
        ]


def _frozen(
    span: SpanLike, model: str, ids: dict[str, int], first: datetime | None
) -> dict[str, Any]:
    own = ids[span.span_id]
    parent = ids.get(span.parent_id)
    step = {
        "id": own,
        "parent": None if parent == own else parent,
        "name": span.name,
        "kind": span.kind,
        "status": span.status,
        "start": _milliseconds(first, span.start),
        "took": _milliseconds(span.start, span.end),
    }
    return step | ({"model": model} if model else {})


def _masked(step: dict[str, Any], models: list[str]) -> dict[str, Any]:
    bare = {key: value for key, value in step.items() if key != "model"}
    return bare | {"name": bare_name(str(step.get("name", "")), step.get("kind", ""), models)}


def bare_name(name: str, kind: str, models: list[str]) -> str:
    """What a span is called where the model is hidden."""
    return _NAMED_AFTER_MODEL.get(kind) or mask_models(name, models)


def mask_models(name: str, models: list[str]) -> str:
    """The name with each of the models, and the part of it after a slash, hidden in it."""
    known = {part for model in models for part in (model, model.rpartition("/")[2])}
    for model in sorted(known, key=len, reverse=True):
        if len(model) >= _SHORTEST_MODEL:
            name = re.sub(re.escape(model), _MASK, name, flags=re.IGNORECASE)
    return name


def _shown(step: dict[str, Any]) -> Step:
    kind = KIND_WORDS.get(step["kind"], KIND_WORDS["other"])
    failed = step["status"] == "error"
    return Step(step["name"], kind, failed, step["start"], step["took"])


def _by_time(step: Step) -> tuple[bool, int]:
    return step.start is None, step.start or 0


def _length(spans: list[dict[str, Any]]) -> int | None:
    ends = [span["start"] + (span["took"] or 0) for span in spans if span["start"] is not None]
    return max(ends, default=None)


def _milliseconds(since: datetime | None, until: datetime | None) -> int | None:
    if since is None or until is None:
        return None
    return max(0, round((until - since).total_seconds() * 1000))
