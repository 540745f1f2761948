"""A frozen item reads for ever as it was judged, whatever dialects come later."""

from typing import Any

import pytest

from traces.reading import dialects
from traces.reading.conversation import Conversation, Message, Text
from traces.reading.dialects.openai_chat import OpenAIChat
from traces.reading.pieces import Dialects, dialects_of
from traces.reading.sections import Reading, read_content, read_sides

THOUGHTFUL = {"role": "assistant", "reasoning_content": "Tides first.", "content": "No."}
CONTENT = {"inputs": {"messages": [{"role": "user", "content": "Late?"}]},
           "outputs": {"messages": [THOUGHTFUL]}}  # fmt: skip


class Louder(OpenAIChat):
    version = 2

    def read(self, payload: Any) -> Conversation:
        said = [one.text.upper() for message in super().read(payload).messages
                for one in message.parts if isinstance(one, Text)]  # fmt: skip
        return Conversation([Message("user", [Text(text)]) for text in said])


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version of a dialect that came after items were frozen."""
    later = tuple(Louder() if one.name == "openai_chat" else one for one in dialects.DIALECTS)
    every = {**dialects._ALL, ("openai_chat", 2): Louder()}
    monkeypatch.setattr(dialects, "DIALECTS", later)
    monkeypatch.setattr(dialects, "_ALL", every)


def texts(reading: Reading) -> list[str]:
    chat: Any = reading.sections[0].chat
    return [turn.text.text for turn in chat.turns]


@pytest.mark.usefixtures("newer")
def test_a_snapshot_reads_in_the_version_it_was_frozen_with() -> None:
    frozen = {**CONTENT, "dialects": {"inputs": ["openai_chat", 1], "outputs": ["openai_chat", 1]}}
    assert texts(read_content(frozen)) == ["Late?", "No."]
    assert texts(read_sides(CONTENT["inputs"], CONTENT["outputs"])) == ["LATE?", "NO."]


@pytest.mark.usefixtures("newer")
def test_what_is_frozen_now_keeps_the_newest_version() -> None:
    found = dialects_of(CONTENT["inputs"], {"score": 1})
    assert found.as_json() == {"inputs": ["openai_chat", 2], "outputs": ["", 0]}
    assert Dialects.from_json(found.as_json()) == found


def test_a_side_frozen_without_a_dialect_stays_a_tree() -> None:
    frozen = {**CONTENT, "dialects": {"inputs": ["", 0], "outputs": ["", 0]}}
    assert [section.kind for section in read_content(frozen).sections] == ["tree", "tree"]


def test_an_item_from_before_there_were_dialects_reads_as_it_did() -> None:
    """Reasoning was not known then, and nothing told of it."""
    chat: Any = read_content(CONTENT).sections[0].chat
    assert [len(turn.parts) for turn in chat.turns] == [1, 1]
    today: Any = read_sides(CONTENT["inputs"], CONTENT["outputs"]).sections[0].chat
    assert [len(turn.parts) for turn in today.turns] == [1, 2]


def test_a_snapshot_that_names_a_dialect_nobody_has_is_shown_as_it_is() -> None:
    frozen = {**CONTENT, "dialects": {"inputs": ["lost", 3], "outputs": ["openai_chat", 1]}}
    assert [section.kind for section in read_content(frozen).sections] == ["chat", "tree"]
