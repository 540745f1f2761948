"""One conversation out of a trace's inputs and outputs, tool calls joined to their results.

Understood are chat messages as OpenAI and Anthropic write them. A shape that is not known becomes
text or a part to be shown as JSON; nothing here raises.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from traces.messages import as_text, is_message, is_messages, role_of
from traces.reading.parts import Call, Result, result_value, take_apart


@dataclass
class ToolCall:
    """A call and what came back. arguments and result are JSON, or text that is no JSON."""

    id: str
    name: str
    arguments: Any
    result: Any = None
    result_missing: bool = True
    is_error: bool = False


@dataclass
class Turn:
    """One message. `role` is system, user, assistant, tool or other.

    `name` is the speaker's or tool's, or for an unknown role its name; images are data URLs only;
    other_parts are JSON values that are neither text, image nor call.
    """

    role: str
    text: str
    name: str = ""
    tool_calls: list[ToolCall] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    other_parts: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Chat:
    """The turns, and the keys of inputs and outputs they were read from."""

    turns: list[Turn]
    input_keys: frozenset[str]
    output_keys: frozenset[str]


def find_chat(inputs: dict[str, Any], outputs: dict[str, Any]) -> list[Turn] | None:
    """The conversation that inputs and outputs hold together, or None if they hold none."""
    chat = read_chat(inputs, outputs)
    return chat.turns if chat else None


def read_chat(inputs: dict[str, Any], outputs: dict[str, Any]) -> Chat | None:
    """As find_chat, with the keys that the conversation uses up."""
    asked, answered = _messages_key(inputs), _messages_key(outputs)
    if asked is None and answered is None:
        return None
    before = _messages_at(inputs, asked)
    after = _messages_at(outputs, answered)
    # Some sources repeat the whole conversation in the outputs.
    messages = after if before and after[: len(before)] == before else before + after
    used = {asked} if asked is not None else set()
    if isinstance(system := inputs.get("system"), str | list) and asked != "system":
        messages = [{"role": "system", "content": system}, *messages]
        used.add("system")
    return Chat(
        turns=_Conversation().turns_of(messages),
        input_keys=frozenset(used),
        output_keys=frozenset([] if answered is None else [answered]),
    )


def _messages_key(values: dict[str, Any]) -> str | None:
    if is_messages(values.get("messages")):
        return "messages"
    return next((key for key, value in values.items() if is_messages(_listed(value))), None)


def _messages_at(values: dict[str, Any], key: str | None) -> list[Any]:
    return [] if key is None else _listed(values[key])


def _listed(value: Any) -> Any:
    return [value] if is_message(value) and "content" in value else value


class _Conversation:
    """Builds turns in order. Calls wait until a result with their id, or name, comes.

    Ids are not unique in real conversations, so each result goes to the first call still waiting.
    """

    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self._by_id: dict[str, deque[ToolCall]] = defaultdict(deque)
        self._by_name: dict[str, deque[ToolCall]] = defaultdict(deque)

    def turns_of(self, messages: list[Any]) -> list[Turn]:
        for message in messages:
            if not is_message(message):
                self._turns.append(Turn("other", as_text(message)))
            elif role_of(message) == "tool":
                self._add_result(_result_in(message))
            else:
                self._add_message(message)
        return self._turns

    def _add_message(self, message: dict[str, Any]) -> None:
        parts, role = take_apart(message), role_of(message)
        for result in parts.results:
            self._add_result(result)
        texts, calls = "\n".join(parts.texts), [self._waiting(call) for call in parts.calls]
        if parts.results and not (texts or calls or parts.images or parts.others):
            return
        name = message.get("name") or (message["role"] if role == "other" else "")
        self._turns.append(Turn(role, texts, as_text(name), calls, parts.images, parts.others))

    def _waiting(self, call: Call) -> ToolCall:
        tool_call = ToolCall(call.id, call.name, call.arguments)
        self._by_id[call.id].append(tool_call)
        self._by_name[call.name].append(tool_call)
        return tool_call

    def _add_result(self, result: Result) -> None:
        calls = self._by_id[result.call_id] if result.call_id else self._by_name[result.name]
        while calls and not calls[0].result_missing:
            calls.popleft()
        if calls:
            call = calls.popleft()
            call.result, call.result_missing, call.is_error = result.value, False, result.is_error
        elif isinstance(result.value, str):
            self._turns.append(Turn("tool", result.value, result.name))
        else:
            self._turns.append(Turn("tool", "", result.name, other_parts=[result.value]))


def _result_in(message: dict[str, Any]) -> Result:
    call_id = message.get("tool_call_id") or message.get("tool_use_id") or ""
    name = message.get("name") or ""
    return Result(as_text(call_id), as_text(name), result_value(message.get("content")))
