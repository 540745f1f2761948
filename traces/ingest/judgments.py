"""Judgments that come along with traces: of a trace, a span of it, or a session."""

from __future__ import annotations

import hashlib
import json
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
