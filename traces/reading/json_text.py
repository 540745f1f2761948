"""JSON inside of texts, where senders have put it, and what a reader wants to see of it."""

from __future__ import annotations

import json
from typing import Any

from traces.ingest.cleaning import DECODER, InputRefused, clean_json


def opened(value: Any) -> Any:
    """Text that holds a JSON object or list as that object or list; anything else as it is."""
    if not isinstance(value, str) or not _looks_like_json(value):
        return value
    try:
        parsed, changed = clean_json(DECODER.decode(value.strip()))
    except (ValueError, RecursionError, InputRefused):
        return value
    return value if changed else parsed


def scalar_text(value: Any) -> str:
    """A number, true, false or null as JSON writes it."""
    if type(value) is int:
        return str(value)
    return _WORDS[value] if value is None or isinstance(value, bool) else json.dumps(value)


_WORDS = {None: "null", True: "true", False: "false"}


def _looks_like_json(text: str) -> bool:
    if text[:1].isalnum():  # as most texts begin
        return False
    begins = text.lstrip()[:1]
    return begins in ("{", "[") and text.rstrip().endswith("}" if begins == "{" else "]")
