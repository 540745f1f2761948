"""Rows that hold a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.conversations import first_answer, fits_conversation, speakers_in
from traces.ingest.detection import Role, conversation_key, role_beside_messages
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
    cut = first_answer(messages, key)
    beside = {name: value for name, value in row.items() if name != key}
    roles = {name: mapping.get(name, role_beside_messages(name)) for name in beside}
    columns = Columns(beside, roles)
    before = {key: messages[:cut]} if cut else _task_in(columns.having(Role.ATTRIBUTE))
    after = {key: messages[cut:]} if messages[cut:] else {}
    return columns.trace(
        inputs=columns.having(Role.INPUT) | before,
        outputs=after | columns.having(Role.OUTPUT),
        kind="agent" if "tool" in speakers_in(messages, key) else "llm",
        content=row,
        default_name=default_name,
    )


def _task_in(columns: dict[str, Any]) -> dict[str, Any]:
    """What was asked, where a column beside says it: steps of an agent begin with its own, and the
    task is in the history of its model.
    """
    for name, value in columns.items():
        if fits_conversation(value, name) and (cut := first_answer(value, name)):
            return {name: value[:cut]}
    return {}
