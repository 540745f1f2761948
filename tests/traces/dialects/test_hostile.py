"""Payloads that are wide, deep or long cost little to detect, and break nothing."""

import json
from typing import Any

import pytest

from traces.reading.dialects import best_place, opened_side
from traces.reading.dialects.base import MOST_KEYS, MOST_SIGNS
from traces.reading.dialects.openai_chat import OpenAIChat
from traces.reading.sections import read_sides

MESSAGE = {"role": "user", "content": "x"}


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every value that a dialect has taken for a message."""
    seen: list[Any] = []
    sign = OpenAIChat.sign

    def counted(self: OpenAIChat, message: Any) -> Any:
        seen.append(message)
        return sign(self, message)

    monkeypatch.setattr(OpenAIChat, "sign", counted)
    return seen


def test_of_very_many_keys_the_first_are_looked_at(looks: list[Any]) -> None:
    side = {f"k{n}": {"a": n} for n in range(100_000)}
    assert best_place(opened_side(side)) is None
    assert 0 < len(looks) <= 4 * MOST_KEYS
    place = best_place({**side, "messages": [MESSAGE]})
    assert place is not None
    assert place.key is None


def test_of_very_many_messages_some_tell_what_they_are(looks: list[Any]) -> None:
    place = best_place({"messages": [MESSAGE] * 100_000})
    assert place is not None
    assert 0 < len(looks) <= 4 * MOST_SIGNS


@pytest.mark.parametrize(
    "side",
    [
        json.loads('{"a":' * 60 + "1" + "}" * 60),
        {"messages": json.loads("[" * 60 + json.dumps(MESSAGE) + "]" * 60)},
        {"a": "[" * 100_000},
        {"a": " " * 100_000 + "{"},
        {f"llm.input_messages.{10**9 + n}.message.content": "x" for n in range(100)},
        {"messages": [{}] * 10_000},
    ],
    ids=["deep", "deep list", "brackets", "spaces", "indexes", "empties"],
)
def test_hostile_shapes_read_as_something(side: dict[str, Any]) -> None:
    assert read_sides(side, {}).sections
