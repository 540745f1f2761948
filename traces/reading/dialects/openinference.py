"""Messages of OpenInference (Phoenix and others), whose keys are paths, or nest as these say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from traces.reading.conversation import (
    Blob,
    Conversation,
    Message,
    Modality,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
    Uri,
)
from traces.reading.json_text import opened

from .base import Fields, Payload, Sign, role_of
from .blocks import Blocks, Reader
from .flattened import Flattened, nested
from .media import blob_of
from .openai_chat import read_call

_VALUES = ("input.value", "output.value")
_SAID = ("content", "contents", "tool_calls", "function_call_name")


class OpenInference(Flattened):
    name, label = "openinference", "OpenInference"
    keys = (
        "llm.input_messages", "llm.output_messages", "input_messages", "output_messages",
        "messages",
    )  # fmt: skip

    def read(self, payload: Payload) -> Conversation:
        """`input.value` and `output.value` mostly say again what the messages say."""
        found = super().read(payload)
        if any(key in found.left for key in _VALUES):
            said = set(_scalars([asdict(message) for message in found.messages]))
            for key in _VALUES:
                found.left[key] = _without(found.left.get(key), said)
        return Conversation(found.messages, {}, Fields(found.left).left)

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict) or isinstance(message.get("type"), str):
            return Sign.NONE
        inner = _whole(message).get("message")
        is_own = isinstance(inner, dict) and any(key in inner for key in _SAID)
        return Sign.OWN if is_own else Sign.NONE

    def read_message(self, message: Any) -> Iterable[Message]:
        around, blocks = Fields(_whole(message)), OpenInferenceContents()
        fields = around.object("message")
        word = fields.text("role") or "assistant"
        role = role_of(word)
        name = fields.text("name") or (word if role == "other" else "")
        content = _content(fields)
        if role == "tool":
            response, beside = blocks.result(content)
            given = ToolResponse(fields.text("tool_call_id"), name, response, beside)
            parts: list[Part] = [given]
            name = ""
        else:
            parts = blocks.read(content)
            calls = [call for call in _calls(fields, blocks) if call not in parts]
            parts += calls
        blocks.keep(fields)
        blocks.keep(around)
        return [Message(role, parts, name, blocks.more)]


class OpenInferenceContents(Blocks):
    def reader(self, kind: str) -> Reader | None:
        readers: dict[str, Reader] = {
            "text": lambda fields: [Text(text)] if (text := fields.text("text")) else None,
            "reasoning": _thought,
            "thinking": _thought,
            "image": lambda fields: _address(fields, "image"),
            "audio": lambda fields: _address(fields, "audio"),
            "tool_use": self._call,
        }
        return readers.get(kind)

    def _parts(self, block: Any) -> list[Part]:
        if isinstance(block, dict):
            block = _whole(block)
            if isinstance(block.get("message_content"), dict) and len(block) == 1:
                block = block["message_content"]
        return super()._parts(block)

    def _call(self, fields: Fields) -> list[Part] | None:
        return (
            [read_wrapped_call(fields.take("tool_call"), self)]
            if fields.peek("tool_call")
            else None
        )


def _without(value: Any, said: set[str]) -> Any:
    """What an object, or anything else, says that is not said."""
    if isinstance(value, dict):
        return {key: one for key, one in value.items() if not said.issuperset(_scalars(one))}
    return None if said.issuperset(_scalars(value)) else value


def _scalars(value: Any) -> Iterator[str]:
    value = opened(value)
    if isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _scalars(one)
    elif value is not None:
        yield str(value)


def read_wrapped_call(call: Any, blocks: Blocks) -> ToolCall:
    """A call, in its wrapping or out of it. The signature of its reasoning is more."""
    if isinstance(call, dict):
        around = Fields(_whole(call))
        if isinstance(around.peek("tool_call"), dict):
            call = around.take("tool_call")
            blocks.keep(around)
        signature = {key: one for key, one in call.items() if key.endswith("_signature")}
        blocks.keep(Fields(signature))
        call = {key: one for key, one in call.items() if key not in signature}
    return read_call(call)


def _whole(value: dict[str, Any]) -> dict[str, Any]:
    """An object, nested as its keys say."""
    whole = nested(value) if any("." in key for key in value) else value
    return whole if isinstance(whole, dict) else value


def _content(fields: Fields) -> Any:
    """The contents; the content alone, which may repeat their text, where there are none."""
    contents = fields.list("contents")
    if not contents:
        return fields.take("content")
    texts = [one.text for one in OpenInferenceContents().read(contents) if isinstance(one, Text)]
    said = fields.peek("content")
    if said in ("".join(texts), "\n".join(texts), *texts):
        fields.drop("content")
    beside = fields.text("content")
    return [*([beside] if beside else []), *contents]


def _calls(fields: Fields, blocks: Blocks) -> list[ToolCall]:
    calls = [read_wrapped_call(call, blocks) for call in fields.list("tool_calls") if call]
    if name := fields.text("function_call_name"):
        arguments = opened(fields.take("function_call_arguments_json"))
        calls.append(ToolCall("", name, arguments))
    return calls


def _thought(fields: Fields) -> list[Part]:
    said = fields.text("text")
    return [Reasoning(said)] if said else []


def _address(fields: Fields, modality: Modality) -> list[Part] | None:
    """{"image": {"image": {"url"}}}, or with one of the two left out."""
    outer = fields.object(modality)
    inner = outer.object(modality) if isinstance(outer.peek(modality), dict) else outer
    url, said = inner.text("url"), inner.text("transcript")
    if inner is not outer:
        outer.put_back(modality, inner)
    fields.put_back(modality, outer)
    if not url:
        return None
    blob = blob_of(modality, url)
    if blob is None and not said:
        return [Uri(modality, url)]
    return [Blob(modality, url, transcript=said)]
