"""Which key of a row holds a conversation, and where in it the assistant first speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from traces.messages import ROLES

# In the order in which they are looked for. What else may hold messages, such as `input`, is a
# column of flat rows, and keeps its name there as here.
CONVERSATION_KEYS = (
    "messages", "contents", "conversations", "conversation", "traj", "history", "trajectory",
    "turns", "dialogue", "dialog", "chat",
)  # fmt: skip

_MORE_ROLES = ROLES | {"gpt": "assistant", "bot": "assistant", "chatgpt": "assistant"}
_MORE_ROLES |= {"aimessagechunk": "assistant", "observation": "tool", "function_call": "assistant"}
_SPOKEN = ("content", "data", "parts", "kwargs", "tool_calls")
_ITEMS = {
    "reasoning": "assistant",
    "function_call": "assistant",
    "custom_tool_call": "assistant",
    "web_search_call": "assistant",
    "file_search_call": "assistant",
    "computer_call": "assistant",
    "code_interpreter_call": "assistant",
    "mcp_call": "assistant",
    "function_call_output": "tool",
    "custom_tool_call_output": "tool",
    "computer_call_output": "tool",
}
_STEP = {"action", "thought", "observation", "response"}
_MARKS = ("role", "from", "type", "lc")


def speaker_of(value: Any) -> str | None:
    """Who speaks in an element of a conversation: system, user, assistant, tool or other; None
    for what is no element of one.
    """
    if not isinstance(value, dict):
        return None
    if isinstance(role := value.get("role"), str):
        return _known(role)
    if isinstance(said := value.get("from"), str) and "value" in value:
        return _known(said)
    if "lc" in value and isinstance(value.get("id"), list):
        return _of_class(value["id"])
    kind = value.get("type")
    if isinstance(kind, str) and kind in _ITEMS:
        return _ITEMS[kind]
    if isinstance(kind, str) and kind.lower() in _MORE_ROLES and any(k in value for k in _SPOKEN):
        return _known(kind)
    return "assistant" if "action" in value and len(_STEP & value.keys()) > 1 else None


def is_message(value: Any) -> bool:
    """Whether a JSON value is an element of a conversation."""
    return speaker_of(value) is not None


def is_lone_message(value: Any) -> bool:
    """Whether an object that is in no list is a message: who speaks, and something said."""
    return is_message(value) and any(key in value for key in (*_SPOKEN, "value"))


def is_conversation(value: Any) -> bool:
    """Whether it is a list of messages; a few odd elements do not spoil it."""
    return bool(isinstance(value, list) and value and 2 * sum(map(is_message, value)) >= len(value))


def conversation_key(row: Mapping[str, Any]) -> str | None:
    """The key under which a row keeps its conversation."""
    return next((key for key in CONVERSATION_KEYS if is_conversation(row.get(key))), None)


def outline(value: Any) -> dict[str, Any]:
    """As much of an element as the functions above look at."""
    if not isinstance(value, dict):
        return {}
    kept = {key: value[key] for key in _MARKS if isinstance(value.get(key), str | int)}
    if "lc" in kept:
        kept["id"] = value.get("id")
    return kept | dict.fromkeys(value.keys() & {*_STEP, *_SPOKEN, "value"}, "")


def first_answer(messages: list[Any]) -> int:
    """The place of the assistant's first message; the number of messages where it has none."""
    speakers = map(speaker_of, messages)
    return next((at for at, one in enumerate(speakers) if one == "assistant"), len(messages))


def _known(word: str) -> str:
    return _MORE_ROLES.get(word.lower(), "other")


def _of_class(path: list[Any]) -> str:
    """Of LangChain's envelope, whose id ends in a class such as HumanMessage."""
    name = str(path[-1] if path else "").lower()
    return _known(name.removesuffix("chunk").removesuffix("message"))
