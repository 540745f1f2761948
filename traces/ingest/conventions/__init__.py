"""What the attributes of a span mean, by the conventions of those who send them.

A convention is a table in a module of its own; `CONVENTIONS` is the order of trust. To follow a
convention that renamed something, add the new name before the old one in its table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from traces.ingest.json_text import opened, unquoted

from .genai import (
    ALONE,
    CHOICE,
    CONTENT_EVENTS,
    GENAI,
    GENAI_PROMPT,
    MESSAGE_EVENTS,
    message_of_event,
)
from .openinference import OPENINFERENCE, VALUES
from .tables import Convention, Found, value_of, without
from .vendors import (
    CLAUDE_CODE,
    GOOGLE_ADK,
    LAMINAR,
    LANGFUSE,
    LANGSMITH,
    LIVEKIT,
    MLFLOW,
    PYDANTIC_AI,
    TRACELOOP,
    VOLTAGENT,
)
from .vercel import VERCEL

CONVENTIONS: tuple[Convention, ...] = (
    GENAI, OPENINFERENCE, VERCEL, TRACELOOP, GENAI_PROMPT, PYDANTIC_AI, LANGFUSE, MLFLOW,
    GOOGLE_ADK, LIVEKIT, LAMINAR, LANGSMITH, CLAUDE_CODE, VOLTAGENT, VALUES, ALONE,
)  # fmt: skip


@dataclass
class Meaning:
    """What a span's attributes and events say.

    inputs and outputs: {"messages": [...]} with the sender's own messages where there are such,
    else any object; {} for none. kind: one of ours, "" for unknown. facts: values as they were
    sent, by name: model, tokens_in, tokens_out, cost, session_id, user_id, tags. rest: the
    attributes that inputs and outputs were not made of.
    """

    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    kind: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)


def meaning_of(attributes: Mapping[str, Any], events: Iterable[Mapping[str, Any]] = ()) -> Meaning:
    """Reads attributes, and the content that is in events ({"name", "attributes"}) alone.

    Raises nothing, whatever these hold.
    """
    told = [event for event in events if isinstance(event, Mapping)]
    everything = _of_events(told) | dict(attributes)
    families = {key.partition(".")[0] for key in everything}
    conventions = [one for one in CONVENTIONS if not one.families.isdisjoint(families)]
    inputs = _first(everything, (s for one in conventions for s in one.inputs))
    outputs = _first(everything, (s for one in conventions for s in one.outputs))
    used = inputs.keys | outputs.keys
    asked, answered = _messages_of_events(told)
    return Meaning(
        inputs.side or asked,
        outputs.side or answered,
        _kind(everything, conventions),
        _facts(everything, conventions),
        without(attributes, used),
    )


def _first(attributes: Mapping[str, Any], sources: Iterable[Any]) -> Found:
    found = (source.find(attributes) for source in sources)
    return next((one for one in found if one is not None), Found({}, frozenset()))


def _kind(attributes: Mapping[str, Any], conventions: list[Convention]) -> str:
    for convention in conventions:
        for key, kinds in convention.kinds.items():
            value = unquoted(value_of(attributes, key))
            if isinstance(value, str) and value.lower() in kinds:
                return kinds[value.lower()]
    return ""


def _facts(attributes: Mapping[str, Any], conventions: list[Convention]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for convention in conventions:
        for name, keys in convention.facts.items():
            values = (unquoted(opened(value_of(attributes, key))) for key in keys)
            value = next((value for value in values if value not in (None, "", [])), None)
            if value is not None:
                facts.setdefault(name, value)
    return facts


def _of_events(events: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The attributes of events that exist to carry content."""
    found: dict[str, Any] = {}
    for event in events:
        if event.get("name") in CONTENT_EVENTS and isinstance(event.get("attributes"), dict):
            found |= event["attributes"]
    return found


def _messages_of_events(
    events: list[Mapping[str, Any]],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sides, of events that are one message each."""
    asked: list[Any] = []
    answered: list[Any] = []
    for event in events:
        name, attributes = event.get("name"), event.get("attributes")
        if isinstance(name, str) and name in MESSAGE_EVENTS and isinstance(attributes, dict):
            body = opened(attributes.get("gen_ai.event.content"))
            said = body if isinstance(body, dict) else {k: opened(v) for k, v in attributes.items()}
            (answered if name == CHOICE else asked).append(message_of_event(name, said))
    return _listed(asked), _listed(answered)


def _listed(messages: list[Any]) -> dict[str, Any]:
    return {"messages": messages} if messages else {}


__all__ = ["CONVENTIONS", "Convention", "Meaning", "meaning_of"]
