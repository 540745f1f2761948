"""How the two sides of a trace agree on a dialect."""

from typing import Any

import pytest

from traces.reading.dialects import NO_DIALECT, best_place
from traces.reading.dialects.base import Sureness
from traces.reading.pieces import Piece, dialects_of, pieces_of

CALL = {"type": "function_call", "call_id": "c1", "name": "ferry", "arguments": "{}"}
COMPLETION = {"choices": [{"message": {"role": "assistant", "content": "No."}}]}


def pieces(inputs: dict[str, Any], outputs: dict[str, Any]) -> list[Piece]:
    found = pieces_of(inputs, outputs)
    assert pieces_of(inputs, outputs, dialects_of(inputs, outputs)) == found  # once frozen, too
    return found


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ({"prompt": "Late?"}, COMPLETION),
        ({"input": "Late?", "model": "pier-1"}, {"output": [CALL]}),
    ],
)
def test_a_question_that_is_a_text_alone_is_read_with_its_answer(
    question: dict[str, Any], answer: dict[str, Any]
) -> None:
    conversation = pieces(question, answer)[0]
    assert [turn.role for turn in conversation.turns] == ["user", "assistant"]


def test_a_text_alone_is_no_conversation() -> None:
    for question in ({"prompt": "Late?"}, {"input": "Late?"}, {"contents": "Late?"}):
        assert dialects_of(question, {"answer": "No."}).inputs == NO_DIALECT
        assert dialects_of(question, {"messages": [{"role": "user", "content": "No."}]}).inputs \
            == NO_DIALECT  # fmt: skip


def test_a_text_with_speakers_is_claimed_only_where_its_key_says_so() -> None:
    said = "Human: Is the ferry late?\n\nAssistant: Ten minutes."
    for key, fits in (("transcript", Sureness.CERTAIN), ("notes", Sureness.POSSIBLE)):
        place = best_place({key: said})
        assert place is not None
        assert (place.dialect.name, place.fits) == ("labelled_text", fits)
    others = ("Human: error.\n\nWe wait.", "The pier. Human: late?\n\nAssistant: no.", "H: A: b")
    assert [best_place({"text": prose}) for prose in others] == [None] * 3
