"""JSON inside texts, as many senders write it."""

from __future__ import annotations

from typing import Any

from traces.ingest.cleaning import DECODER, InputRefused, clean_json
from traces.ingest.conversations import fits_conversation, is_lone_message


def opened(value: Any) -> Any:
    """A text that holds a JSON object or list as that, also where it was written twice; anything
    else as it is.
    """
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[", '"{', '"[')):
        return value
    parsed = decoded(value)
    if isinstance(parsed, str) and parsed != value:
        parsed = opened(parsed)
    return parsed if isinstance(parsed, dict | list) else value


def decoded(text: str) -> Any:
    """The JSON value that a text holds; the text where it holds none that can be stored."""
    try:
        parsed, changed = clean_json(DECODER.decode(text.strip()))
    except (ValueError, RecursionError, InputRefused):
        return text
    return text if changed else parsed


def unquoted(value: Any) -> Any:
    """A text that was written as JSON ("\\"TOOL\\"") as it was before."""
    if isinstance(value, str) and value.startswith('"') and value.endswith('"'):
        parsed = decoded(value)
        return parsed if isinstance(parsed, str) else value
    return value


def side_of(value: Any, name: str) -> dict[str, Any]:
    """One side of a span from whatever a sender puts there: messages are under "messages", an
    object is the side itself, anything else is under `name`; {} for nothing.
    """
    value = opened(value)
    if value in (None, "", [], {}):
        return {}
    if fits_conversation(value):
        return {"messages": value}
    if isinstance(value, dict):
        return {"messages": [value]} if is_lone_message(value) else value
    return {name: value}
