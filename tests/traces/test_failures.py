from typing import Any

import pytest

from traces.reading.conversation import ToolResponse
from traces.reading.failures import has_failed

FAILED: list[Any] = [
    "Error: payment amount does not add up",
    "error: no such file",
    'Traceback (most recent call last):\n  File "a.py"',
    "Exception: closed",
    "  **Error** in line 2",
    {"error": "not found"},
    {"error": {"code": 404}},
    {"result": None, "isError": True},
    {"is_error": True},
    {"exit_code": 1, "stdout": ""},
    {"returncode": -9},
    {"status_code": 404, "body": "gone"},
    {"status": 500},
    {"status": "error"},
]
FINE: list[Any] = [
    "No errors found",
    "Terror in the north, a novel",
    "",
    None,
    [],
    ["Error: of an entry"],
    {"error": None, "result": 1},
    {"error": "", "result": 1},
    {"error": False},
    {"is_error": False},
    {"exit_code": 0},
    {"exit_code": None},
    {"exit_code": True},
    {"status_code": 204},
    {"status": "open"},
    {"status": 399},
    {"errors": 0},
]


@pytest.mark.parametrize("response", FAILED, ids=str)
def test_a_failed_call_is_known_by_what_came_back(response: Any) -> None:
    assert has_failed(ToolResponse("", "", response))


@pytest.mark.parametrize("response", FINE, ids=str)
def test_what_only_looks_like_a_failure_is_none(response: Any) -> None:
    assert not has_failed(ToolResponse("", "", response))


def test_the_flag_of_a_source_is_enough() -> None:
    assert has_failed(ToolResponse("", "", "all well", is_error=True))
