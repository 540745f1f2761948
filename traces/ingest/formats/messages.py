"""Rows that hold a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.conversations import conversation_key, first_answer, speaker_of
from traces.ingest.detection import Role, role_beside_messages
from traces.ingest.formats.columns import Columns
from traces.ingest.parsed import ParsedTrace

NO_MESSAGES = "It has no list of chat messages."


def messages_trace(
    row: dict[str, Any], mapping: Mapping[str, Role], default_name: str
) -> ParsedTrace:
    """Inputs are the messages before the first of the assistant, outputs those from it on."""
    key = conversation_key(row)
    if key is None:
        raise InputRefused(NO_MESSAGES)
    messages = row[key]
    cut = first_answer(messages)
    beside = {name: value for name, value in row.items() if name != key}
    roles = {name: mapping.get(name, role_beside_messages(name)) for name in beside}
    columns = Columns(beside, roles)
    before = {key: messages[:cut]} if messages[:cut] else {}
    after = {key: messages[cut:]} if messages[cut:] else {}
    return columns.trace(
        inputs=columns.having(Role.INPUT) | before,
        outputs=after | columns.having(Role.OUTPUT),
        kind="agent" if "tool" in map(speaker_of, messages) else "llm",
        content=row,
        default_name=default_name,
    )
