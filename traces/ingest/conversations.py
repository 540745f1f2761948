"""Which lists of a row are conversations, and where the assistant first speaks; by the dialects
that will read them.
"""

from __future__ import annotations

from typing import Any

from traces.reading.dialects import DIALECTS, MessageList
from traces.reading.dialects.base import Sureness

A_MESSAGE = {"role": "assistant", "content": ""}  # stands for any, where it is not kept

_LISTS = [dialect for dialect in DIALECTS if isinstance(dialect, MessageList)]
_UNDER_ANY_KEY = [dialect for dialect in _LISTS if dialect.candidates({"": None})]
_ONE_EXCHANGE = {"human", "assistant"}  # a row of a table as well as an element of a conversation


def is_message(value: Any) -> bool:
    """Whether a JSON value can be nothing but an element of a conversation."""
    is_row = isinstance(value, dict) and value.keys() >= _ONE_EXCHANGE
    return not is_row and any(dialect.sign(value) for dialect in _UNDER_ANY_KEY)


def is_lone_message(value: Any) -> bool:
    """Whether an object that is in no list is a message without doubt."""
    return isinstance(value, dict) and any(one.is_one_message(value) for one in _LISTS)


def fits_conversation(value: Any, key: str = "messages") -> Sureness:
    """How well a value under a key fits the dialect that takes it best."""
    if not isinstance(value, list) or not value:
        return Sureness.NO
    return max(dialect.fits_list(value) for dialect in _reading(key))


def is_conversation(value: Any, key: str = "messages") -> bool:
    """Whether a list is one by itself, without a key that says so: there is an answer in it."""
    return (
        isinstance(value, list)
        and fits_conversation(value, key) is Sureness.CERTAIN
        and "assistant" in speakers_in(value, key)
    )


def outline(value: list[Any], key: str) -> list[Any]:
    """A short list of which the functions above say the same."""
    if is_conversation(value, key):
        return [A_MESSAGE]
    fits = fits_conversation(value, key)
    if fits is Sureness.CERTAIN:
        return [A_MESSAGE | {"role": "user"}]
    return [{"role": "user"}] if fits else [{}]


def speakers_in(messages: list[Any], key: str = "messages") -> list[str]:
    """Who speaks in each element: system, user, assistant, tool or other."""
    dialect = max(_reading(key), key=lambda one: one.fits_list(messages))
    return [dialect.role(one) if dialect.sign(one) else "other" for one in messages]


def first_answer(messages: list[Any], key: str = "messages") -> int:
    """The place of the assistant's first message; the number of messages where it has none."""
    speakers = speakers_in(messages, key)
    return speakers.index("assistant") if "assistant" in speakers else len(messages)


def _reading(key: str) -> list[MessageList]:
    """The dialects that look under a key."""
    return [dialect for dialect in _LISTS if dialect.candidates({key: None})]
