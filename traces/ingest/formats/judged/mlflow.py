"""Assessments of MLflow: feedback becomes scores; what was expected is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from traces.ingest.formats.judged.entries import read_entries
from traces.ingest.formats.parts import object_of
from traces.ingest.judgments import About, Judgment, judgment_of

NAME = "mlflow"
_KINDS = {"HUMAN": "human", "LLM_JUDGE": "model", "AI_JUDGE": "model", "CODE": "model"}
_NOBODY = ("", "default", "unknown")


def mlflow_assessments(
    given: Any, trace_id: str, read_span: Callable[[Any], str]
) -> tuple[list[Judgment], Any]:
    """Of a trace and its spans, whose ids `read_span` reads. One that another replaced is none."""

    def read(one: dict[str, Any]) -> list[Judgment | None]:
        return [_assessment(one, About(trace_id, read_span(one.get("span_id"))))]

    return read_entries(given, read, ("last_update_time", "create_time"))


def _assessment(one: dict[str, Any], about: About) -> Judgment | None:
    source, feedback = object_of(one, "source"), object_of(one, "feedback")
    if not feedback or one.get("valid") is False:
        return None
    name = one.get("assessment_name") or one.get("name")
    who = source.get("source_id")
    known = who if isinstance(who, str) and who.lower() not in _NOBODY else ""
    return judgment_of(
        about, name, [feedback.get("value")],
        kind=_KINDS.get(str(source.get("source_type")).upper(), "api"), key=known or NAME,
        evaluator=known or name, explanation=one.get("rationale"), raw=one,
    )  # fmt: skip
