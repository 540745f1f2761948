"""Judgments that come along with traces: of a trace, a span of it, or a session."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

LONGEST_NAME, LONGEST_EVALUATOR, LONGEST_VERSION, LONGEST_KEY = 200, 200, 100, 128
LONGEST_EXPLANATION, LONGEST_VALUE = 20_000, 4000


class Judgment(NamedTuple):
    """What somebody or something says of a span, a trace ("" for its span), or a session alone.

    Ids are the sender's. `said`: what it may be, the figure first. `kind`: human, model or api.
    `key`: whom or what the sender means by it.
    """

    trace_id: str
    span_id: str
    session_id: str
    name: str
    said: list[Any]
    explanation: str
    kind: str
    key: str
    evaluator: str
    version: str
    raw: dict[str, Any]

    @property
    def digest(self) -> str:
        told = json.dumps(self, sort_keys=True, default=str)
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


class About(NamedTuple):
    """What is judged: a trace, a span of it, or a session alone."""

    trace_id: str
    span_id: str = ""
    session_id: str = ""


def judgment_of(
    about: About,
    name: Any,
    said: Iterable[Any],
    *,
    kind: str,
    raw: dict[str, Any],
    key: Any = "",
    evaluator: Any = "",
    version: Any = "",
    explanation: Any = "",
) -> Judgment | None:
    """None for what has no name, or says nothing that a score can be. A model has an evaluator, and
    nobody else; others have a key.
    """
    values, short_name = values_of(*said), short(name, LONGEST_NAME)
    if not values or not short_name or not (about.trace_id or about.session_id):
        return None
    is_model = kind == "model"
    return Judgment(
        *about, short_name, values, short(explanation, LONGEST_EXPLANATION), kind,
        "" if is_model else short(str(key), LONGEST_KEY),
        short(evaluator, LONGEST_EVALUATOR) if is_model else "",
        short(version, LONGEST_VERSION) if is_model else "",
        raw,
    )  # fmt: skip


def values_of(*said: Any) -> list[Any]:
    """Those that can be one: texts, numbers, true and false."""
    return [
        value[:LONGEST_VALUE] if isinstance(value, str) else value
        for value in said
        if isinstance(value, str | int | float) and value != ""
    ]


def short(value: Any, limit: int) -> str:
    """A text within its limit; "" for what is none."""
    return value.strip()[:limit] if isinstance(value, str) else ""
