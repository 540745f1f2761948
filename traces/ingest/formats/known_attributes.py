"""Find well-known facts (model, times, tokens ...) among the free attributes of a row.

Nothing is refused here: what does not read as the fact it is named after stays an attribute only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from traces.ingest.parsed import MAX_TAGS, latency_between
from traces.ingest.values import (
    Unreadable,
    read_cost,
    read_count,
    read_id,
    read_status,
    read_tags,
    read_text,
    read_time,
)

T = TypeVar("T")

_USAGE = ("usage", "token_usage")


@dataclass(frozen=True)
class Facts:
    """What was recognised; `rest` are the attributes that are not told by a column already."""

    session_id: str
    user_id: str
    model: str
    tags: list[str]
    start: datetime | None
    end: datetime | None
    latency_ms: int | None
    status: str
    tokens_in: int | None
    tokens_out: int | None
    cost: Decimal | None
    rest: dict[str, Any]


def recognise(attributes: dict[str, Any]) -> Facts:
    """Read the columns of a trace out of its attributes. Never raises."""
    found = _Finder(attributes)
    start = found.first(read_time, "start", "start_time", "started_at", "timestamp", "created_at",
                        "created")  # fmt: skip
    end = found.first(read_time, "end", "end_time", "ended_at", "finished_at", "completed_at")
    if start and end and end < start:
        end = None
    latency = latency_between(start, end)
    if latency is None:
        latency = found.first(read_count, "latency_ms", "duration_ms")
    tags = found.first(read_tags, "tags", takes=True) or []
    return Facts(
        session_id=found.first(read_id, "session_id", "thread_id", takes=True) or "",
        user_id=found.first(read_id, "user_id", "user", takes=True) or "",
        model=found.first(read_text, "model", "model_name", takes=True) or "",
        tags=tags[:MAX_TAGS],
        start=start,
        end=end,
        latency_ms=latency,
        status=found.status(),
        tokens_in=found.tokens("tokens_in", "prompt_tokens", "input_tokens"),
        tokens_out=found.tokens("tokens_out", "completion_tokens", "output_tokens"),
        cost=found.first(read_cost, "cost", "total_cost", "cost_usd"),
        rest=found.rest,
    )


class _Finder:
    def __init__(self, attributes: dict[str, Any]) -> None:
        self.attributes = attributes
        self.rest = dict(attributes)

    def first(
        self, read: Callable[[Any], T], *keys: str, within: Any = None, takes: bool = False
    ) -> T | None:
        """The first of `keys` that reads; with `takes`, what the column tells whole is taken."""
        source = self.attributes if within is None else within
        for key in keys:
            try:
                value = read(source.get(key))
            except Unreadable:
                continue
            if value not in (None, "", []):
                if takes and value == source[key]:
                    del self.rest[key]
                return value
        return None

    def status(self) -> str:
        status = self.first(read_status, "status")
        if status in (None, "unset"):
            return "error" if self.attributes.get("error") else "unset"
        return str(status)

    def tokens(self, *keys: str) -> int | None:
        places = [self.attributes, *(self.attributes.get(key) for key in _USAGE)]
        counts = (
            self.first(read_count, *keys, within=place)
            for place in places
            if isinstance(place, dict)
        )
        return next((count for count in counts if count is not None), None)
