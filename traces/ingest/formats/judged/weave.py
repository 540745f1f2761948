"""Feedback on a call of Weave: reactions and notes, annotations, scores of scorers, and others."""

from __future__ import annotations

from typing import Any

from traces.ingest.formats.judged.entries import read_entries
from traces.ingest.formats.parts import object_of
from traces.ingest.judgments import About, Judgment, judgment_of

NAME = "weave"
_ANNOTATION, _RUNNABLE = "wandb.annotation.", "wandb.runnable."
# Of these a person may give several.
_MANY = {"wandb.reaction.1": ("Reaction", "emoji", " "), "wandb.note.1": ("Note", "note", "\n\n")}


def weave_feedback(given: Any, about: About) -> tuple[list[Judgment], Any]:
    """What is no feedback is returned."""
    read = read_entries(given, lambda one: _entry(one, about), ("created_at",))
    return _joined(read[0]), read[1]


def _entry(one: dict[str, Any], about: About) -> list[Judgment | None]:
    sort, payload = str(one.get("feedback_type")), object_of(one, "payload")
    who = one.get("creator") or one.get("wb_user_id") or NAME
    if sort in _MANY:
        name, key, _ = _MANY[sort]
        return [judgment_of(about, name, [payload.get(key)], kind="human", key=who, raw=one)]
    if sort.startswith(_ANNOTATION):
        name = sort.removeprefix(_ANNOTATION)
        return [judgment_of(about, name, [payload.get("value")], kind="human", key=who, raw=one)]
    if not sort.startswith(_RUNNABLE):
        figures = _figures(sort, payload)
        return [
            judgment_of(about, name, [value], kind="api", key=who, raw=one)
            for name, value in figures.items()
        ]
    scorer = sort.removeprefix(_RUNNABLE)
    version = str(one.get("runnable_ref") or "").rpartition(":")[2]
    return [
        judgment_of(about, name, [value], kind="model", evaluator=scorer, version=version, raw=one)
        for name, value in _figures(scorer, payload.get("output")).items()
    ]


def _figures(name: str, output: Any) -> dict[str, Any]:
    """One by its own name, several by theirs."""
    if not isinstance(output, dict):
        return {name: output}
    if len(output) == 1:
        return {name: next(iter(output.values()))}
    return {f"{name}.{key}": value for key, value in output.items()}


def _joined(judgments: list[Judgment]) -> list[Judgment]:
    """Several reactions or notes of a person are one text, since one score of theirs counts."""
    joins = {name: join for name, _, join in _MANY.values()}
    found: dict[tuple[str, ...], Judgment] = {}
    others = []
    for one in judgments:
        if one.kind != "human" or one.name not in joins:
            others.append(one)
            continue
        whose = (one.name, one.key)
        before = found.get(whose)
        texts = [*(before.said if before else []), *one.said]
        found[whose] = one._replace(said=[joins[one.name].join(map(str, texts))])
    return [*others, *found.values()]
