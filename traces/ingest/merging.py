"""Versions of one span put together, so that any order of arrival, and any repeat, gives the same.

Each column is decided by itself: a value beats none; of two the one that came with the later end of
the span; of those the one with the larger digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from traces.ingest.parsed import ParsedSpan

Ends = Mapping[str, datetime | None]

# What a column holds that was told nothing; any value that is not here is one.
_NOTHING: dict[str, Any] = {
    "parent_id": None, "name": "", "kind": "other", "start": None, "end": None, "status": "unset",
    "inputs": {}, "outputs": {}, "attributes": {}, "events": [], "model": "", "tokens_in": None,
    "tokens_out": None, "cost": None, "told": {},
}  # fmt: skip
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    """A span as one arrival told it, or several. `ends`: by column, the end that its value came
    with, where that is not the span's own; None for an arrival that told no end. `logged`: columns
    that no arrival told, and that its log records do.
    """

    span: ParsedSpan
    ends: Ends = field(default_factory=dict)
    logged: frozenset[str] = frozenset()

    def end_of(self, column: str) -> datetime:
        return self.ends.get(column, self.span.end) or _NEVER

    def tells(self, column: str) -> bool:
        return bool(getattr(self.span, column) != _NOTHING[column])


def merge(one: Version, other: Version) -> Version:
    """Both versions of a span as one, without what its log records say."""
    one, other = _alone(one), _alone(other)
    columns = {name: _better(one, other, name) for name in _NOTHING}
    span = replace(
        one.span, **{name: getattr(chosen.span, name) for name, chosen in columns.items()}
    )
    ends = {
        name: chosen.ends.get(name, chosen.span.end)
        for name, chosen in columns.items()
        if chosen.tells(name) and chosen.end_of(name) != (span.end or _NEVER)
    }
    return Version(span, ends)


def with_content(version: Version, content: Mapping[str, Any]) -> Version:
    """The span with what all its log records say together, by column, where it says nothing."""
    alone = _alone(version)
    logged = {
        name: value
        for name, value in content.items()
        if value != _NOTHING[name] and not alone.tells(name)
    }
    return Version(replace(alone.span, **logged), alone.ends, frozenset(logged))


def _alone(version: Version) -> Version:
    if not version.logged:
        return version
    nothing = {name: _NOTHING[name] for name in version.logged}
    return Version(replace(version.span, **nothing), version.ends)


def _better(one: Version, other: Version, column: str) -> Version:
    if not (one.tells(column) and other.tells(column)):
        return other if other.tells(column) else one
    if one.end_of(column) != other.end_of(column):
        return max(one, other, key=lambda version: version.end_of(column))
    return max(one, other, key=lambda version: digest(column, getattr(version.span, column)))


def digest(column: str, value: Any) -> bytes:
    """Equal for what is equal once it is stored."""
    text = _WRITTEN.get(column, str)(value)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _in_order(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sorted(value: Any) -> str:
    """As jsonb keeps it, which sorts keys and knows no 1.0 beside 1."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(Decimal(repr(value)))  # as it is written, which large floats are not exactly
    return value


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "inputs": _in_order, "outputs": _in_order, "events": _in_order,
    "attributes": _sorted, "told": _sorted, "start": datetime.isoformat, "end": datetime.isoformat,
}  # fmt: skip
