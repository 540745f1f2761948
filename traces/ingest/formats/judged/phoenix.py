"""Annotations of Phoenix: columns such as `eval.<name>.score`, or lists beside a span."""

from __future__ import annotations

from typing import Any

from traces.ingest.formats.judged.entries import read_entries
from traces.ingest.formats.parts import object_of
from traces.ingest.judgments import About, Judgment, judgment_of

NAME = "phoenix"
_PREFIX, _SAID = "eval.", ("score", "label", "explanation")
_LISTS = ("annotations", "span_annotations", "spanAnnotations")
_KINDS = {"human": "human", "llm": "model", "code": "model"}


def phoenix_annotations(
    attributes: dict[str, Any], about: About
) -> tuple[list[Judgment], dict[str, Any]]:
    """What a span's own keys tell, and its attributes without that."""
    judgments, left = _columns(attributes, about)
    for key in _LISTS:
        found, rest = read_entries(_listed(left.get(key)), lambda one: [_entry(one, about)])
        if found:
            judgments += found
            left = {**left, key: rest} if rest else {k: v for k, v in left.items() if k != key}
    return judgments, left


def _columns(attributes: dict[str, Any], about: About) -> tuple[list[Judgment], dict[str, Any]]:
    named: dict[str, dict[str, Any]] = {}
    for key, value in attributes.items():
        name, _, what = key.removeprefix(_PREFIX).rpartition(".")
        if key.startswith(_PREFIX) and name and what in _SAID:
            named.setdefault(name, {})[what] = value
    judgments, read = [], set()
    for name, one in named.items():
        judgment = judgment_of(
            about, name, [one.get("score"), one.get("label")], kind="model", evaluator=name,
            explanation=one.get("explanation"), raw=one,
        )  # fmt: skip
        if judgment:
            judgments.append(judgment)
            read |= {f"{_PREFIX}{name}.{what}" for what in one}
    return judgments, {key: one for key, one in attributes.items() if key not in read}


def _listed(given: Any) -> Any:
    """A list, also where it is an object of lists by name, as examples of a dataset have it."""
    if not isinstance(given, dict):
        return given
    return [
        {"name": name, **one}
        for name, listed in given.items() if isinstance(listed, list)
        for one in listed if isinstance(one, dict)
    ]  # fmt: skip


def _entry(one: dict[str, Any], about: About) -> Judgment | None:
    told = one | object_of(one, "result")
    kind = _KINDS.get(str(told.get("annotator_kind") or told.get("annotatorKind")).lower(), "api")
    who = told.get("identifier") or told.get("username") or told.get("user_id")
    return judgment_of(
        about, told.get("name"), [told.get("score"), told.get("label")], kind=kind,
        key=who or NAME, evaluator=told.get("name"), explanation=told.get("explanation"), raw=one,
    )  # fmt: skip
