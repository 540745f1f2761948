"""Map a row of an upload to a trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from traces.ingest.cleaning import Refused
from traces.ingest.detection import Format, Role, message_key, role_beside_messages
from traces.ingest.own import own_trace
from traces.ingest.parsed import ParsedSpan, ParsedTrace, content_id, root_span_id
from traces.ingest.recognising import Facts, recognise
from traces.ingest.values import Unreadable, read_id, read_name
from traces.messages import role_of

NO_MESSAGES = "It has no list of chat messages."
NO_CONTENT = "Nothing in it is an input or an output."

_SHOWN_COLUMN = 60


def to_trace(
    row: Mapping[str, Any], format: Format, mapping: Mapping[str, Role], *, default_name: str
) -> ParsedTrace:
    """Map one row, already made storable by clean_json, to a trace.

    `mapping` gives columns of flat rows, and those beside messages, their roles (default_mapping
    proposes one). A column it does not name is an attribute in flat rows, and beside messages what
    role_beside_messages says. Our own format needs none.
    `default_name` names traces whose row has no name. Raises Refused with one sentence.
    """
    if format == Format.OWN:
        return own_trace(dict(row), default_name)
    if format == Format.MESSAGES:
        return _messages_trace(dict(row), mapping, default_name)
    return _flat_trace(dict(row), mapping, default_name)


def _messages_trace(
    row: dict[str, Any], mapping: Mapping[str, Role], default_name: str
) -> ParsedTrace:
    """Inputs are the messages before the first of the assistant, outputs those from it on."""
    key = message_key(row)
    if key is None:
        raise Refused(NO_MESSAGES)
    messages = row.pop(key)
    speakers = [role_of(message) for message in messages]
    cut = speakers.index("assistant") if "assistant" in speakers else len(messages)
    columns = _Columns(row, {name: mapping.get(name, role_beside_messages(name)) for name in row})
    before = {"messages": messages[:cut]} if messages[:cut] else {}
    after = {"messages": messages[cut:]} if messages[cut:] else {}
    return columns.trace(
        inputs=columns.having(Role.INPUT) | before,
        outputs=after | columns.having(Role.OUTPUT),
        kind="agent" if "tool" in speakers else "llm",
        content=row | {key: messages},
        default_name=default_name,
    )


def _flat_trace(row: dict[str, Any], mapping: Mapping[str, Role], default_name: str) -> ParsedTrace:
    columns = _Columns(row, {name: mapping.get(name, Role.ATTRIBUTE) for name in row})
    inputs, outputs = columns.having(Role.INPUT), columns.having(Role.OUTPUT)
    if not any(value not in (None, "") for value in (inputs | outputs).values()):
        raise Refused(NO_CONTENT)
    return columns.trace(
        inputs=inputs, outputs=outputs, kind="chain", content=row, default_name=default_name
    )


class _Columns:
    """The columns of one row by role."""

    def __init__(self, row: dict[str, Any], roles: Mapping[str, Role]) -> None:
        self._row = row
        self._roles = roles

    def having(self, role: Role) -> dict[str, Any]:
        """The columns of one role, in the row's order."""
        return {name: value for name, value in self._row.items() if self._roles[name] == role}

    def trace(
        self,
        *,
        inputs: dict[str, Any],
        outputs: dict[str, Any],
        kind: str,
        content: dict[str, Any],
        default_name: str,
    ) -> ParsedTrace:
        """A trace of one span; its id is made from `content` if no column tells one."""
        trace_id = self._one(Role.ID, read_id) or content_id(content)
        name = self._one(Role.NAME, read_name) or default_name
        facts = recognise(self.having(Role.ATTRIBUTE))
        times = (facts.start, facts.end, facts.status)
        root = ParsedSpan(root_span_id(trace_id), None, name, kind, *times, inputs, outputs)
        return _trace_of(trace_id, facts, root)

    def _one(self, role: Role, read: Callable[[Any], str]) -> str:
        for name, value in self.having(role).items():
            try:
                if text := read(value):
                    return text
            except Unreadable as error:
                raise Refused(f"{name[:_SHOWN_COLUMN]}: {error}") from None
        return ""


def _trace_of(trace_id: str, facts: Facts, root: ParsedSpan) -> ParsedTrace:
    return ParsedTrace(
        trace_id=trace_id,
        name=root.name,
        session_id=facts.session_id,
        user_id=facts.user_id,
        start=facts.start,
        end=facts.end,
        latency_ms=facts.latency_ms,
        status=facts.status,
        model=facts.model,
        tokens_in=facts.tokens_in,
        tokens_out=facts.tokens_out,
        cost=facts.cost,
        tags=facts.tags,
        attributes=facts.rest,
        spans=[root],
    )
