"""Chat messages as OpenAI's chat completions take them, and as most others copied them.

Read too: `reasoning_content` and `reasoning` (DeepSeek, OpenRouter, vLLM), `tool_call_ids`
(SWE-agent), results without an id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import (
    Blob,
    File,
    Message,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
    Unknown,
    Uri,
)
from traces.reading.json_text import opened

from .base import ROLES, Fields, MessageList, Sign, Sureness, role_of
from .media import blob_of, data_url_of

_OWN = {
    "tool_calls", "function_call", "tool_call_id", "tool_call_ids", "refusal", "reasoning_content",
    "audio",
}  # fmt: skip
_PLAIN = {"role", "content"}
_OTHERS = {"parts", "toolInvocations"}
_TEXTS = {
    None: "text", "text": "text", "input_text": "text", "output_text": "text",
    "refusal": "refusal",
}  # fmt: skip
_PARTS = {*_TEXTS, "image_url", "input_image", "input_audio", "file", "input_file"}
OF_RESPONSES = {"input_text", "output_text", "input_image", "input_file"}  # read here, too


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
        if not isinstance(content, str) and not all(
            map(_is_chat_part, content if isinstance(content, list) else [content])
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
    if role == "tool":
        return Message(role, [_response(fields, name)], more=fields.left)
    reasoning = read_reasoning(fields)
    content = read_content(fields.take("content"))
    if refusal := fields.text("refusal"):
        content.append(Text(refusal))
    content += [read_part(fields.take("audio") | {"type": "audio"})] if _has_audio(fields) else []
    return Message(role, [*reasoning, *content, *read_calls(fields)], name, fields.left)


def _is_plain(message: dict[str, Any]) -> bool:
    if message.keys() != _PLAIN or not isinstance(message["content"], str):
        return False
    role = message["role"]
    return isinstance(role, str) and ROLES.get(role, "tool") != "tool"


def read_reasoning(fields: Fields) -> list[Part]:
    """The one key that has it; senders that tell it twice say the same in both."""
    said = fields.text("reasoning_content") or fields.text("reasoning")
    if said and fields.peek("reasoning") == said:
        fields.drop("reasoning")
    return [Reasoning(said)] if said else []


def read_content(content: Any) -> list[Part]:
    """The content of a message: a text, a list of parts, one part, or nothing."""
    if content is None:
        return []
    parts = content if isinstance(content, list) else [content]
    return [read_part(part) for part in parts if part is not None]


def read_part(part: Any) -> Part:
    if isinstance(part, str):
        return Text(part)
    if not isinstance(part, dict):
        return Unknown(part)
    kind = part.get("type")
    if not isinstance(kind, str | None):
        return Unknown(part)
    if kind in _TEXTS:
        return _text(part, _TEXTS[kind])
    if kind in ("image_url", "input_image"):
        return _image(part)
    if kind in ("input_audio", "audio"):
        return _audio(part)
    return _file(part) if kind in ("file", "input_file") else Unknown(part)


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
    rest = {**fields.left, **function.left}
    return ToolCall(found.id, found.name, {"arguments": arguments, **rest}) if rest else found


def read_result(content: Any) -> tuple[Any, tuple[Blob | Uri | File, ...]]:
    """A tool's result: its text, opened if it is JSON, and what is shown beside it; parts that are
    neither keep all of it JSON.
    """
    if not isinstance(content, list):
        return opened(content), ()
    parts = read_content(content)
    if any(isinstance(part, Unknown) for part in parts):
        return content, ()
    texts = [part.text for part in parts if isinstance(part, Text)]
    beside = tuple(part for part in parts if isinstance(part, Blob | Uri | File))
    return opened("\n".join(filter(None, texts))), beside


def _is_chat_part(part: Any) -> bool:
    kind = part.get("type") if isinstance(part, dict) else None
    return is_known_part(part) and kind not in OF_RESPONSES


def is_known_part(part: Any) -> bool:
    """Whether a part of a message's content is read as more than JSON."""
    if part is None or isinstance(part, str):
        return True
    if not isinstance(part, dict) or not isinstance(part.get("type"), str | None):
        return False
    kind = part.get("type")
    return kind in _PARTS and (kind not in _TEXTS or isinstance(_text(part, _TEXTS[kind]), Text))


def call_id_of(fields: Fields) -> str:
    """The id of the call that a message of role "tool" answers."""
    ids = fields.peek("tool_call_ids")
    if isinstance(ids, list) and len(ids) == 1 and isinstance(ids[0], str):
        fields.drop("tool_call_ids")
        return ids[0]
    return fields.text("tool_call_id") or fields.text("tool_use_id")


def _response(fields: Fields, name: str) -> ToolResponse:
    result, beside = read_result(fields.take("content"))
    failed = fields.peek("is_error") is True
    return ToolResponse(call_id_of(fields), name, result, beside, failed)


def _has_audio(fields: Fields) -> bool:
    audio = fields.peek("audio")
    return isinstance(audio, dict) and bool(audio.get("data") or audio.get("transcript"))


def _text(part: dict[str, Any], key: str) -> Text | Unknown:
    text = part.get(key)
    rest = Fields(part)
    rest.drop("type", key)
    return Text(text) if isinstance(text, str) and not rest.left else Unknown(part)


def _image(part: dict[str, Any]) -> Part:
    url = part.get("image_url")
    url = url.get("url") if isinstance(url, dict) else url
    if isinstance(url, str) and url:
        return blob_of("image", url) or Uri("image", url)
    file = part.get("file_id")
    return File(file, modality="image") if isinstance(file, str) else Unknown(part)


def _audio(part: dict[str, Any]) -> Part:
    inner = part.get("input_audio", part)
    if not isinstance(inner, dict):
        return Unknown(part)
    data, format, said = inner.get("data"), inner.get("format"), inner.get("transcript")
    transcript = said if isinstance(said, str) else ""
    kind = format if isinstance(format, str) else "wav"
    url = data_url_of(f"audio/{kind}", data) if isinstance(data, str) else ""
    return Blob("audio", url, transcript=transcript) if url or transcript else Unknown(part)


def _file(part: dict[str, Any]) -> Part:
    inner = part.get("file", part)
    if not isinstance(inner, dict):
        return Unknown(part)
    fields = Fields(inner)
    name, data = fields.text("filename"), fields.text("file_data")
    if data:
        return blob_of("document", data, name) or Unknown(part)
    if url := fields.text("file_url"):
        return Uri("document", url, name)
    file_id = fields.text("file_id")
    return File(file_id, name) if file_id else Unknown(part)
