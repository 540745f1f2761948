"""Rows that hold a list of chat messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.detection import Role, message_key, role_beside_messages
from traces.ingest.formats.columns import Columns
from traces.ingest.parsed import ParsedTrace
from traces.messages import role_of

NO_MESSAGES = "It has no list of chat messages."


def messages_trace(
    row: dict[str, Any], mapping: Mapping[str, Role], default_name: str
) -> ParsedTrace:
    """Inputs are the messages before the first of the assistant, outputs those from it on."""
    key = message_key(row)
    if key is None:
        raise InputRefused(NO_MESSAGES)
    messages = row.pop(key)
    speakers = [role_of(message) for message in messages]
    cut = speakers.index("assistant") if "assistant" in speakers else len(messages)
    columns = Columns(row, {name: mapping.get(name, role_beside_messages(name)) for name in row})
    before = {"messages": messages[:cut]} if messages[:cut] else {}
    after = {"messages": messages[cut:]} if messages[cut:] else {}
    return columns.trace(
        inputs=columns.having(Role.INPUT) | before,
        outputs=after | columns.having(Role.OUTPUT),
        kind="agent" if "tool" in speakers else "llm",
        content=row | {key: messages},
        default_name=default_name,
    )
