"""The cells of a table as JSON values, and columns with dots in their names as objects.

A cell changes only where nothing is lost by it: what is written as JSON writes a number, true or
false is that, and text that holds an object or a list opens. Anything else stays text.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from traces.ingest.cleaning import InputRefused, clean_json
from traces.ingest.conventions.tables import unflattened
from traces.ingest.json_text import opened
from traces.ingest.scanner import nesting_of

LONGEST_LITERAL = 100_000  # Python's own parser takes hundreds of bytes for each of these

_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,14})\.\d{1,17}")
_WORDS = {"true": True, "false": False, "": None}
_OPENING = ("{", "[", '"{', '"[')
# Groups of columns, as `inputs.question` and `attributes.llm.model_name`. What senders flattened
# becomes a tree again; attributes have dots in their own names.
_TREES = ("inputs", "outputs", "input", "output")
_GROUPS = ("attributes", "context", "metadata", "summary", "extra", "info", "data")


def cell_value(text: str) -> Any:
    """A cell of a text as a JSON value that can be stored; None for an empty one."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text) and text != "-0":
        return int(text)
    if _DECIMAL.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return opened_cell(text)


def opened_cell(text: str) -> Any:
    """The object or list that a text holds, as JSON or as Python prints it; else the text."""
    if not text.lstrip().startswith(_OPENING) or nesting_of(text.encode(errors="replace")):
        return text
    value = opened(text)
    return _literal(text) if isinstance(value, str) else value


def _literal(text: str) -> Any:
    """What Python's `repr` wrote, as tables of data frames hold it."""
    if len(text) > LONGEST_LITERAL or "'" not in text:
        return text
    try:
        value = ast.literal_eval(text.strip())
        cleaned, changed = clean_json(value) if _has_text_keys(value) else (None, False)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError, InputRefused):
        return text
    return cleaned if isinstance(cleaned, dict | list) and not changed else text


def _has_text_keys(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _has_text_keys(one) for key, one in value.items())
    return all(map(_has_text_keys, value)) if isinstance(value, list) else True


def grouped(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its groups of columns as objects, each where its first column was.

    Of a group, columns without a value are left out. A column that is named as a group is one only
    where nothing else has that name.
    """
    groups: dict[str, dict[str, Any]] = {}
    result: dict[str, Any] = {}
    for column, value in row.items():
        group, dot, inner = column.partition(".")
        if not (dot and inner and group in (*_TREES, *_GROUPS)) or row.get(group) is not None:
            result.setdefault(column, value)
            continue
        result[group] = groups.setdefault(group, {})
        if value is not None:
            groups[group][inner] = value
    for group, values in groups.items():
        result[group] = (unflattened(values) if group in _TREES else values) or None
    return result
