"""Read single values of a trace.

Each function takes any JSON value and raises Unreadable for one it cannot read; None is always an
absence.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from traces.ingest.parsed import MAX_ID, MAX_NAME, MAX_SPAN_ID, MAX_TAG

MAX_COUNT = 2**31 - 1
MAX_COST = Decimal(10**9)
COST_STEP = Decimal("1e-9")

_ZEROS = 16
_LONGEST_NUMBER = 40
_FIRST_YEAR, _LAST_YEAR = 1970, 9998
# Smaller numbers are offsets or years, not moments; larger ones lie beyond the year 5000.
_SMALLEST_EPOCH, _EPOCH_END = 1e8, 1e20
_EPOCH_UNITS = ((1e11, 1), (1e14, 1e3), (1e17, 1e6), (_EPOCH_END, 1e9))
_STATUS_WORDS = {
    "ok": "ok",
    "success": "ok",
    "succeeded": "ok",
    "completed": "ok",
    "error": "error",
    "failed": "error",
    "failure": "error",
    "unset": "unset",
}


class Unreadable(Exception):
    """A value that is not what its place wants. The message fits behind "start: "."""


def read_id(value: Any, limit: int = MAX_ID) -> str:
    """An id from text or a whole number; "" if absent. All zeros (16 or more) is no id."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unreadable("must be text or a whole number.")
    text = str(value).strip()
    if len(text) > limit:
        raise Unreadable(f"must have at most {limit} characters.")
    if not text.isprintable():
        raise Unreadable("must not hold invisible characters.")
    return "" if len(text) >= _ZEROS and not text.strip("0") else text


def read_span_id(value: Any) -> str:
    """As read_id, within what a span's id may have."""
    return read_id(value, MAX_SPAN_ID)


def read_text(value: Any, limit: int = MAX_NAME) -> str:
    """One line of text, spaces folded, of at most `limit` characters; "" if absent."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable("must be text.")
    text = " ".join(value.split())
    if len(text) > limit:
        raise Unreadable(f"must have at most {limit} characters.")
    return text


def read_name(value: Any) -> str:
    """A name from text or a number, spaces folded, cut to MAX_NAME characters; "" if absent."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable("must be text.")
    text = " ".join(str(value).split())
    return text if len(text) <= MAX_NAME else text[: MAX_NAME - 1] + "…"


def read_time(value: Any) -> datetime | None:
    """A moment in UTC from ISO 8601 text (without a zone: UTC) or a Unix time.

    A Unix time is a number in seconds, milliseconds, microseconds or nanoseconds, told apart by
    size. Zero is an absence, as in OpenTelemetry.
    """
    if value is None or value == "" or (value == 0 and not isinstance(value, bool)):
        return None
    try:
        moment = _from_iso(value) if isinstance(value, str) else _from_epoch(value)
    except (ValueError, OverflowError, TypeError):
        raise Unreadable("must be a time: ISO 8601 text or a Unix time.") from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Unreadable(f"must be between the years {_FIRST_YEAR} and {_LAST_YEAR}.")
    return moment


def _from_iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _from_epoch(number: Any) -> datetime:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise TypeError
    if not _SMALLEST_EPOCH <= number < _EPOCH_END:
        raise ValueError
    divisor = next(divisor for limit, divisor in _EPOCH_UNITS if number < limit)
    return datetime.fromtimestamp(number / divisor, UTC)


def read_count(value: Any) -> int | None:
    """A whole number from 0 to MAX_COUNT."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_COUNT:
        raise Unreadable("must be a whole number, zero or more.")
    return value


def read_cost(value: Any) -> Decimal | None:
    """An amount below MAX_COST in steps of COST_STEP, from a number or its text."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable("must be a number.")
    text = str(value)
    try:
        cost = Decimal(text if len(text) <= _LONGEST_NUMBER else "NaN")
    except InvalidOperation:
        raise Unreadable("must be a number.") from None
    if not cost.is_finite() or not 0 <= cost <= MAX_COST - COST_STEP:
        raise Unreadable(f"must be zero or more, and less than {MAX_COST:,}.")
    return cost.quantize(COST_STEP)


def read_status(value: Any) -> str:
    """One of "ok", "error", "unset", from these and a few words that mean the same."""
    if value is None or value == "":
        return "unset"
    status = _STATUS_WORDS.get(value.lower()) if isinstance(value, str) else None
    if status is None:
        raise Unreadable("must be ok, error or unset.")
    return status


def read_tags(value: Any) -> list[str]:
    """Tags without repeats, in order, from a list of texts."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable("must be a list of texts.")
    tags = [read_text(tag, MAX_TAG) for tag in value]
    return list(dict.fromkeys(tag for tag in tags if tag))
