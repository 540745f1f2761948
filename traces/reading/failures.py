"""Which tool calls failed, told by what came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from traces.reading.conversation import ToolResponse

_BEGINNINGS = ("error", "traceback", "exception")
_FLAGS = ("is_error", "isError")
_EXIT_CODES = ("exit_code", "exitCode", "returncode", "return_code", "exit_status")
_HTTP_STATUSES = ("status_code", "statusCode", "http_status", "status")
_FAILED_WORDS = ("error", "failed", "failure")
_FIRST_ERROR = 400


def has_failed(given: ToolResponse) -> bool:
    """A flag, an `error` that says something, a text that begins with "Error", "Traceback" or
    "Exception", an exit code other than 0, or an HTTP status from 400 on.
    """
    if given.is_error:
        return True
    response = given.response
    if isinstance(response, str):
        return response.lstrip("*#>[( \t\r\n").lower().startswith(_BEGINNINGS)
    return isinstance(response, dict) and _says_failed(response)


def _says_failed(response: Mapping[str, Any]) -> bool:
    if response.get("error") or any(response.get(flag) is True for flag in _FLAGS):
        return True
    if any(_number(response.get(key)) for key in _EXIT_CODES):
        return True
    if any(_number(response.get(key)) >= _FIRST_ERROR for key in _HTTP_STATUSES):
        return True
    word = response.get("status")
    return isinstance(word, str) and word.lower() in _FAILED_WORDS


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
