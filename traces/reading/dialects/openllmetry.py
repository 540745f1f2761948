"""Messages of OpenLLMetry (Traceloop): chat messages whose keys are paths in attributes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import Message
from traces.reading.json_text import opened

from .base import Sign
from .flattened import Flattened
from .openai_chat import read_message


class OpenLLMetry(Flattened):
    name, label = "openllmetry", "OpenLLMetry"
    keys = ("gen_ai.prompt", "gen_ai.completion")

    def sign(self, message: Any) -> Sign:
        has_content = isinstance(message, dict) and ("content" in message or "role" in message)
        return Sign.OWN if has_content or _calls(message) else Sign.NONE

    def read_message(self, message: Any) -> Iterable[Message]:
        said = {**message, "content": opened(message.get("content"))}
        if not said.get("role"):
            said["role"] = "assistant"
        return [read_message(said)]


def _calls(message: Any) -> bool:
    return isinstance(message, dict) and isinstance(message.get("tool_calls"), list)
