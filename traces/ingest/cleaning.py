"""Make parsed JSON safe to store.

PostgreSQL's text and jsonb refuse U+0000, lone surrogates, NaN and infinities; Python refuses to
print very long integers; deep nesting breaks every recursive reader. Nothing past this module
meets any of them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

MAX_DEPTH = 64
MAX_DIGITS = 1000
REPLACEMENT = "\ufffd"
TOO_DEEP = f"It is nested more than {MAX_DEPTH} levels deep."
TOO_LONG_NUMBER = f"It holds a whole number of more than {MAX_DIGITS:,} digits."

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_TOO_BIG = 10**MAX_DIGITS


class InputRefused(Exception):
    """Input that cannot be taken. The message is one clear sentence for a user."""


class LongNumber:
    """Stands in parsed JSON for an integer of more than MAX_DIGITS digits."""


def _read_int(digits: str) -> int | LongNumber:
    return int(digits) if len(digits.lstrip("-")) <= MAX_DIGITS else LongNumber()


# The one JSON reader of the ingest: int() itself fails beyond 4,300 digits, which would lose the
# whole file for one number, so the number is carried to clean_json, which refuses only its row.
DECODER = json.JSONDecoder(parse_int=_read_int)


def clean_json(value: Any) -> tuple[Any, bool]:
    """Make parsed JSON storable, in place; return it, and whether anything had to be changed.

    U+0000 and lone surrogates become U+FFFD (in keys too, where the last of two equal keys wins,
    as in JSON itself); NaN and infinities become null. Strings are never cut.
    Raises InputRefused for nesting deeper than MAX_DEPTH or an integer longer than MAX_DIGITS.
    """
    if _is_clean(value):
        return value, False
    cleaner = _Cleaner()
    return cleaner.value(value, 0), cleaner.changed


def _is_clean(value: Any) -> bool:
    """Whether there is nothing to do, as for nearly all: level by level, which is quick."""
    level = [value]
    for depth in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for one in level:
            kind = type(one)
            if depth == MAX_DEPTH and kind in (dict, list):
                return False
            if kind is dict:
                below += one
                below += one.values()
            elif kind is list:
                below += one
            elif not _is_clean_scalar(one, kind):
                return False
        if not below:
            return True
        level = below
    return False


def _is_clean_scalar(value: Any, kind: type) -> bool:
    if kind is str:
        return "\x00" not in value if value.isascii() else not _UNSTORABLE.search(value)
    if kind is int:
        return bool(-_TOO_BIG < value < _TOO_BIG)
    if kind is float:
        return math.isfinite(value)
    return value is None or kind is bool


class _Cleaner:
    def __init__(self) -> None:
        self.changed = False

    def value(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, float):
            return self.number(value)
        if isinstance(value, int):
            if -_TOO_BIG < value < _TOO_BIG:
                return value
            raise InputRefused(TOO_LONG_NUMBER)
        return self.container(value, depth + 1)

    def container(self, value: Any, depth: int) -> Any:
        if isinstance(value, LongNumber):
            raise InputRefused(TOO_LONG_NUMBER)
        if depth > MAX_DEPTH:
            raise InputRefused(TOO_DEEP)
        if isinstance(value, dict):
            self.items(value, value.items(), depth)
            self.keys(value)
        elif isinstance(value, list):
            self.items(value, enumerate(value), depth)
        else:
            raise TypeError(f"not parsed JSON: {type(value).__name__}")
        return value

    def items(self, container: Any, items: Iterable[tuple[Any, Any]], depth: int) -> None:
        for key, item in items:
            cleaned = self.value(item, depth)
            if cleaned is not item:
                container[key] = cleaned

    def keys(self, value: dict[str, Any]) -> None:
        cleaned = [self.text(key) for key in value]
        if cleaned != list(value):
            items = list(zip(cleaned, value.values(), strict=True))
            value.clear()
            value.update(items)

    def text(self, value: str) -> str:
        if value.isascii():
            if "\x00" not in value:
                return value
        elif not _UNSTORABLE.search(value):
            return value
        self.changed = True
        return _UNSTORABLE.sub(REPLACEMENT, value)

    def number(self, value: float) -> float | None:
        if math.isfinite(value):
            return value
        self.changed = True
        return None
