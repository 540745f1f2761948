"""Feedback of LangSmith: entries beside a run, or its statistics where these are of one entry."""

from __future__ import annotations

from typing import Any

from traces.ingest.formats.judged.entries import read_entries
from traces.ingest.formats.parts import object_of
from traces.ingest.json_text import opened
from traces.ingest.judgments import About, Judgment, judgment_of

NAME = "langsmith"
_KINDS = {"app": "human", "model": "model", "auto_eval": "model"}


def langsmith_feedback(given: Any, about: About) -> tuple[list[Judgment], Any]:
    """Entries of feedback."""

    def read(one: dict[str, Any]) -> list[Judgment | None]:
        return [_entry(one, about, opened(one.get("feedback_source")))]

    return read_entries(given, read, ("modified_at", "created_at"))


def langsmith_stats(given: Any, about: About) -> tuple[list[Judgment], Any]:
    """{"<key>": {"n", "avg", "values", "comments", "sources"}}; an average of several is none."""
    stats = opened(given)
    if not isinstance(stats, dict):
        return [], given
    judgments, left = [], {}
    for key, told in stats.items():
        one = _of_one(key, told) if isinstance(told, dict) and told.get("n") == 1 else {}
        judgment = _entry(one, about, opened(one.get("source")), raw=told) if one else None
        if judgment:
            judgments.append(judgment)
        else:
            left[key] = told
    return judgments, left


def _of_one(key: str, told: dict[str, Any]) -> dict[str, Any]:
    comments, sources = told.get("comments"), told.get("sources")
    return {
        "key": key,
        "score": told.get("avg"),
        "value": next(iter(object_of(told, "values")), None),
        "comment": comments[0] if isinstance(comments, list) and comments else None,
        "source": sources[0] if isinstance(sources, list) and sources else None,
    }


def _entry(
    one: dict[str, Any], about: About, source: Any, raw: dict[str, Any] | None = None
) -> Judgment | None:
    told = source if isinstance(source, dict) else {}
    kind = _KINDS.get(str(told.get("type")).lower(), "api")
    who = told.get("user_name") or told.get("user_id")
    return judgment_of(
        about, one.get("key"), [one.get("score"), one.get("value")], kind=kind,
        key=who or NAME if kind == "human" else NAME, evaluator=one.get("key"),
        explanation=one.get("comment"), raw=raw or one,
    )  # fmt: skip
