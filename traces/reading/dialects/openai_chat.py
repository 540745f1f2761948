"""Chat messages as OpenAI's chat completions take them, and as most others copied them.

Read too: `reasoning_content` and `reasoning` (DeepSeek, OpenRouter, vLLM), `thinking`, `images` and
`tool_name` (Ollama), `tool_call_ids` (SWE-agent), `isError` (MCP), results without an id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import (
    Message,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
    Uri,
)
from traces.reading.json_text import opened

from .base import ROLES, Fields, MessageList, Sign, Sureness, role_of
from .media import blob_of, data_url_of
from .openai_parts import (
    OF_RESPONSES,
    Besides,
    is_known_part,
    read_content,
    read_part,
    read_result,
)

_OWN = {
    "tool_calls", "function_call", "tool_call_id", "tool_call_ids", "refusal", "reasoning_content",
    "audio",
}  # fmt: skip
_PLAIN = {"role", "content"}
_REASONING = ("reasoning_content", "reasoning", "thinking")
_FAILED = ("is_error", "isError")
_OTHERS = {"parts", "toolInvocations"}


class OpenAIChat(MessageList):
    name, label = "openai_chat", "OpenAI chat"
    plain_is = Sureness.CERTAIN

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            return Sign.NONE
        is_other = message.get("type") == "message"  # an item or an answer of other interfaces
        if is_other or any(isinstance(message[key], list) for key in _OTHERS & message.keys()):
            return Sign.FOREIGN
        content = message.get("content")
        if (
            not isinstance(content, str)
            and not _is_of_mcp(content)
            and not all(map(_is_chat_part, content if isinstance(content, list) else [content]))
        ):
            return Sign.FOREIGN
        if any(message[key] is not None for key in _OWN & message.keys()):
            return Sign.OWN
        return Sign.PLAIN if "content" in message else Sign.FOREIGN

    def is_message(self, value: Any) -> bool:
        return isinstance(value, dict) and isinstance(value.get("role"), str)

    def read_message(self, message: Any) -> Iterable[Message]:
        return [read_message(message)]


def read_message(message: dict[str, Any]) -> Message:
    if _is_plain(message):  # as most messages are: in a third of the time
        return Message(ROLES[message["role"]], [Text(message["content"])])
    fields = Fields(message)
    word = fields.text("role")
    role = role_of(word)
    name = fields.text("name") or (word if role == "other" else "")
    besides = Besides()
    if role == "tool":
        parts: list[Part] = [_response(fields, name, besides)]
        name = ""
    else:
        parts = [*read_reasoning(fields), *read_content(fields.take("content"), besides)]
        parts += _images(fields)
        if refusal := fields.text("refusal"):
            parts.append(Text(refusal))
        if _has_audio(fields):
            parts.append(read_part(fields.take("audio") | {"type": "audio"}, besides))
        parts += read_calls(fields)
    besides.keep(fields)
    return Message(role, parts, name, besides.more)


def _is_plain(message: dict[str, Any]) -> bool:
    if message.keys() != _PLAIN or not isinstance(message["content"], str):
        return False
    role = message["role"]
    return isinstance(role, str) and ROLES.get(role, "tool") != "tool"


def read_reasoning(fields: Fields) -> list[Part]:
    """The one key that has it; senders that tell it twice say the same in both."""
    said = ""
    for key in _REASONING:
        if not said or fields.peek(key) == said:
            said = fields.text(key) or said
    return [Reasoning(said)] if said else []


def read_calls(fields: Fields) -> list[ToolCall]:
    listed = fields.take("tool_calls")
    calls = [*(listed if isinstance(listed, list) else [listed]), fields.take("function_call")]
    return [read_call(call) for call in calls if call]


def read_call(call: Any) -> ToolCall:
    """A call as {"id", "function": {"name", "arguments"}}, or with name and arguments outside.

    What it says besides, as of another shape, stays with its arguments.
    """
    if not isinstance(call, dict) or not isinstance(call.get("function", {}), dict):
        return ToolCall("", "", call)
    fields = Fields(call)
    function = fields.object("function") if "function" in call else fields
    arguments = opened(function.take("arguments", "args", "input"))
    found = ToolCall(fields.text("id"), function.text("name"), arguments)
    fields.drop("type", *(["index"] if isinstance(fields.peek("index"), int) else []))
    besides = Besides()
    besides.keep(fields)
    if function is not fields:
        besides.keep(function)
    rest = besides.more
    return ToolCall(found.id, found.name, {"arguments": arguments, **rest}) if rest else found


def _is_chat_part(part: Any) -> bool:
    kind = part.get("type") if isinstance(part, dict) else None
    return is_known_part(part) and kind not in OF_RESPONSES


def call_id_of(fields: Fields) -> str:
    """The id of the call that a message of role "tool" answers."""
    ids = fields.peek("tool_call_ids")
    if isinstance(ids, list) and len(ids) == 1 and isinstance(ids[0], str):
        fields.drop("tool_call_ids")
        return ids[0]
    return fields.text("tool_call_id") or fields.text("tool_use_id")


def _response(fields: Fields, name: str, besides: Besides) -> ToolResponse:
    content = opened(fields.take("content"))
    failed = _take_failed(fields)
    if _is_of_mcp(content):
        inner = Fields(content)
        content, failed = inner.take("content"), _take_failed(inner) or failed
        besides.keep(inner)
    result, beside = read_result(content, besides)
    name = name or fields.text("tool_name")
    return ToolResponse(call_id_of(fields), name, result, beside, failed)


def _take_failed(fields: Fields) -> bool:
    failed = any(fields.peek(key) is True for key in _FAILED)
    fields.drop(*(key for key in _FAILED if isinstance(fields.peek(key), bool)))
    return failed


def _is_of_mcp(content: Any) -> bool:
    """Whether the content of a tool's message is a whole result of MCP, with its own content."""
    if not isinstance(content, dict) or not isinstance(content.get("isError"), bool):
        return False
    return isinstance(content.get("content"), list)


def _images(fields: Fields) -> list[Part]:
    """Pictures beside the content, each as an address, a data URL or in base64."""
    found = fields.peek("images")
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        return []
    fields.drop("images")
    at = ("http:", "https:", "data:")
    urls = [one if one.startswith(at) else data_url_of("image/png", one) for one in found]
    return [blob_of("image", url) or Uri("image", url) for url in urls]


def _has_audio(fields: Fields) -> bool:
    audio = fields.peek("audio")
    return isinstance(audio, dict) and bool(audio.get("data") or audio.get("transcript"))
