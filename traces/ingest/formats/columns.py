"""A trace of one span, made of the columns of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.detection import Role
from traces.ingest.formats.known_attributes import Facts, recognise
from traces.ingest.parsed import ParsedSpan, ParsedTrace, content_id, root_span_id
from traces.ingest.values import Unreadable, read_id, read_name

_SHOWN_COLUMN = 60


class Columns:
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
        own_id = self._one(Role.ID, read_id)
        trace_id = own_id or content_id(content)
        name = self._one(Role.NAME, read_name) or default_name
        facts = recognise(self.having(Role.ATTRIBUTE))
        times = (facts.start, facts.end, facts.status)
        root = ParsedSpan(root_span_id(trace_id), None, name, kind, *times, inputs, outputs)
        return replace(_trace_of(trace_id, facts, root), id_of_content=not own_id)

    def _one(self, role: Role, read: Callable[[Any], str]) -> str:
        for name, value in self.having(role).items():
            try:
                if text := read(value):
                    return text
            except Unreadable as error:
                raise InputRefused(f"{name[:_SHOWN_COLUMN]}: {error}") from None
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
