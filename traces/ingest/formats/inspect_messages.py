"""Messages of Inspect in the words of OpenAI's chat, which they resemble."""

from __future__ import annotations

from typing import Any

from traces.ingest.scanner import MAX_BYTES

_ATTACHMENT = "attachment://"
_PARTS_OF_TEXT = ("text", "type")


class Attachments:
    """What a log keeps apart, for texts that refer to it; all of them together take no more than a
    row may have, so that a text that many refer to cannot fill a disk.
    """

    def __init__(self, given: Any) -> None:
        self._given = given if isinstance(given, dict) else {}
        self._room = MAX_BYTES
        self.used: set[str] = set()

    @property
    def rest(self) -> dict[str, Any]:
        """Those that nothing refers to, or that did not fit."""
        return {key: text for key, text in self._given.items() if key not in self.used}

    def resolve(self, value: Any) -> Any:
        """The value with its references replaced."""
        if isinstance(value, str):
            return self._text(value) if value.startswith(_ATTACHMENT) else value
        if isinstance(value, list):
            return [self.resolve(one) for one in value]
        if isinstance(value, dict):
            return {key: self.resolve(one) for key, one in value.items()}
        return value

    def _text(self, reference: str) -> str:
        key = reference.removeprefix(_ATTACHMENT)
        found = self._given.get(key)
        if not isinstance(found, str) or len(found) > self._room:
            return reference
        self._room -= len(found)
        self.used.add(key)
        return found


def chat_messages(value: Any) -> list[Any]:
    """A text or a list of messages as a list of these."""
    if isinstance(value, str):
        return [{"role": "user", "content": value}] if value else []
    return list(map(chat_message, value)) if isinstance(value, list) else []


def chat_message(message: Any) -> Any:
    """What Inspect calls otherwise has the name that OpenAI has for it; every other key stays."""
    if not isinstance(message, dict):
        return message
    said = {key: one for key, one in message.items() if one is not None}
    if isinstance(said.get("content"), list):
        said |= _content(said["content"])
    if isinstance(said.get("tool_calls"), list):
        said["tool_calls"] = list(map(_call, said["tool_calls"]))
    if said.get("role") == "tool":
        if isinstance(said.get("function"), str):
            said["tool_name"] = said.pop("function")
        if error := said.get("error"):
            told = error.get("message") if isinstance(error, dict) else error
            said |= {"is_error": True, "content": said.get("content") or told}
    return said


def _content(parts: list[Any]) -> dict[str, Any]:
    """The content without its reasoning, which OpenAI's chat has beside it."""
    others: list[Any] = []
    reasoning: list[dict[str, Any]] = []
    for part in parts:
        is_reasoning = isinstance(part, dict) and part.get("type") == "reasoning"
        (reasoning if is_reasoning else others).append(part)
    texts = [_reasoned(part) for part in reasoning]
    said: dict[str, Any] = {"content": list(map(_part, others))}
    if len(others) == 1 and _is_text(others[0]):
        said["content"] = others[0]["text"]
    if any(texts):
        said["reasoning_content"] = "\n\n".join(filter(None, texts))
    if details := [one for one in map(_besides, reasoning) if one]:
        said["reasoning_details"] = details
    return said


def _is_text(part: Any) -> bool:
    given = {key for key, one in part.items() if one is not None} if isinstance(part, dict) else ()
    return given == {"type", "text"} and isinstance(part["text"], str)


def _reasoned(part: dict[str, Any]) -> str:
    """What can be read of it: of encrypted reasoning its summary."""
    text = part.get("summary") if part.get("redacted") else part.get("reasoning")
    return text if isinstance(text, str) else ""


def _besides(part: dict[str, Any]) -> dict[str, Any]:
    read = ("type", "summary" if part.get("redacted") else "reasoning")
    return {key: one for key, one in part.items() if key not in read and one}


def _part(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    said = {key: one for key, one in part.items() if one is not None}
    kind = said.get("type")
    if kind == "image" and isinstance(said.get("image"), str):
        inner = {"url": said.pop("image"), "detail": said.pop("detail", "auto")}
        return said | {"type": "image_url", "image_url": inner}
    if kind == "document" and isinstance(said.get("document"), str):
        inner = {"file_data": said.pop("document"), "filename": said.pop("filename", "")}
        return said | {"type": "file", "file": inner}
    return said


def _call(call: Any) -> Any:
    """{"id", "function": name, "arguments"} as {"id", "function": {"name", "arguments"}}."""
    if not isinstance(call, dict) or not isinstance(call.get("function"), str):
        return call
    said = {key: one for key, one in call.items() if one is not None}
    function = {"name": said.pop("function"), "arguments": said.pop("arguments", {})}
    return said | {"type": "function", "function": function}
