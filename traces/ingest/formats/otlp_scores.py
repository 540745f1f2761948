"""Judgments that come by OTLP: the log event of an evaluation, and OpenInference's feedback spans.

A feedback span was made afterwards to carry judgments of another one, which its one link names; it
is no step of anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.formats.otlp import attributes_of, objects_of, read_otlp_id
from traces.ingest.formats.otlp_logs import ids_of
from traces.ingest.formats.parts import lenient
from traces.ingest.judgments import (
    LONGEST_EVALUATOR,
    LONGEST_EXPLANATION,
    LONGEST_KEY,
    LONGEST_NAME,
    LONGEST_VERSION,
    Judgment,
    short,
    values_of,
)
from traces.ingest.values import read_id, read_span_id

EVALUATION = "gen_ai.evaluation.result"
NO_NAME = "An evaluation has no name."
NO_VALUE = "An evaluation has neither a score nor a label."
NO_TARGET = "An evaluation names no trace or session that it is about."

_OF_SPAN = re.compile(
    r"(?:(trace|session)\.)?(annotations|evaluations)\.(\d{1,4})\.(?:annotation|evaluation)\.(\w+)"
)
_KINDS = {"human": "human", "llm": "model", "code": "model"}


def read_evaluation_log(record: dict[str, Any]) -> Judgment:
    """Raises InputRefused."""
    told = attributes_of(record)
    trace_id, span_id = ids_of(record)
    prefix = "gen_ai.evaluation."
    evaluator = told.get(f"{prefix}evaluator.name") or told.get(f"{prefix}evaluator.source")
    session = lenient(read_id, told.get("gen_ai.conversation.id") or told.get("session.id"))
    return _checked(
        Judgment(
            trace_id, span_id if trace_id else "", "" if trace_id else session or "",
            short(told.get(f"{prefix}name"), LONGEST_NAME),
            [told.get(f"{prefix}score.value"), told.get(f"{prefix}score.label")],
            short(told.get(f"{prefix}explanation"), LONGEST_EXPLANATION),
            "model" if evaluator else "api", "", short(evaluator, LONGEST_EVALUATOR),
            short(told.get(f"{prefix}evaluator.version") if evaluator else "", LONGEST_VERSION),
            told,
        )
    )  # fmt: skip


def is_feedback(span: dict[str, Any]) -> bool:
    """Whether a span, with names in camel case, carries judgments alone."""
    attributes = attributes_of(span)
    found = {match[1] for key in attributes if (match := _OF_SPAN.fullmatch(key))}
    linked = len(objects_of(span, "links")) == 1
    return bool(found) and (linked or (found == {"session"} and "session.id" in attributes))


def read_feedback(span: dict[str, Any]) -> list[Judgment]:
    """What a feedback span says. Raises InputRefused."""
    attributes = attributes_of(span)
    told: dict[tuple[str, str, str], dict[str, Any]] = {}
    for key, value in attributes.items():
        if match := _OF_SPAN.fullmatch(key):
            told.setdefault((match[1] or "", match[2], match[3]), {})[match[4]] = value
    link = next(iter(objects_of(span, "links")), {})
    trace = lenient(read_id, read_otlp_id(link.get("traceId"))) or ""
    target = lenient(read_span_id, read_otlp_id(link.get("spanId"))) or ""
    session = lenient(read_id, attributes.get("session.id")) or ""
    by = short(span.get("name"), LONGEST_EVALUATOR)
    return [
        _checked(_judgment(one, scope, sort, (trace, target, session), by))
        for (scope, sort, _), one in told.items()
    ]


def _judgment(
    one: Mapping[str, Any], scope: str, sort: str, about: tuple[str, str, str], by: str
) -> Judgment:
    trace, span, session = about
    name = short(one.get("name"), LONGEST_NAME)
    word = str(one.get("annotator_kind") or "").lower()
    kind = _KINDS.get(word, "model" if sort == "evaluations" else "api")
    key = short(one.get("identifier"), LONGEST_KEY)
    return Judgment(
        "" if scope == "session" else trace,
        "" if scope else span,
        session if scope == "session" else "",
        name,
        [one.get("score"), one.get("label")],
        short(one.get("explanation"), LONGEST_EXPLANATION),
        kind,
        key or "openinference" if kind == "human" else key,
        (by or name) if kind == "model" else "",
        "",
        dict(one),
    )


def _checked(one: Judgment) -> Judgment:
    if not one.name:
        raise InputRefused(NO_NAME)
    if not one.trace_id and not one.session_id:
        raise InputRefused(NO_TARGET)
    said = values_of(*one.said)
    if not said:
        raise InputRefused(NO_VALUE)
    return one._replace(said=said)
