"""Keys that name ids, usage or settings: nobody judges a trace by them, so they never lead."""

from __future__ import annotations

import re
from typing import Any

_WORDS = {
    "guid", "uid", "object", "token", "fingerprint", "created", "timestamps", "created_at",
    "updated_at", "start_time", "end_time", "duration", "logprobs", "etag", "checksum", "hash",
    "signature", "encrypted_content", "version", "model", "model_name", "model_version",
    "temperature", "top_p", "top_k", "seed", "presence_penalty",
    "frequency_penalty", "n", "stop_reason", "stop_sequence", "stop_sequences", "finish_reason",
    "finish_reasons", "service_tier", "system_fingerprint", "tool_choice", "parallel_tool_calls",
    "response_format", "logit_bias", "settings", "config", "configuration", "params",
    "invocation_params", "generation_config", "safety_settings", "safety_ratings",
    "usage_metadata", "response_metadata", "headers", "incomplete_details", "stream",
    "truncation",
}  # fmt: skip
_LAST = ("id", "ids", "uuid", "tokens", "count", "usage", "latency", "cost", "ms", "timestamp")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def is_technical(key: str) -> bool:
    """By the key's name alone, or the last of the names in "response › usage"."""
    last = key.rpartition(" › ")[2]
    name = _NOT_A_WORD.sub("_", _HUMP.sub("_", last).lower()).strip("_")
    return name in _WORDS or name.rpartition("_")[2] in _LAST


def content_first(value: Any, levels: int = 3) -> Any:
    """The value with the technical keys of its objects behind the others; else in their order."""
    if not isinstance(value, dict) or not levels:
        return value
    keys = sorted(value, key=is_technical)
    return {key: content_first(value[key], levels - 1) for key in keys}
