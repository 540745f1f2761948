"""The dialects in which conversations are written, and which one a trace's sides are in.

To add one: a module with a class beside these, and a line in `DIALECTS`. To read one otherwise
than before: a class with the next `version`, and the old one goes to `EARLIER`, so that items
frozen with it read as they did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from traces.reading.conversation import Conversation
from traces.reading.json_text import opened

from .agent_transcript import AgentTranscript
from .anthropic import Anthropic
from .assistants import Assistants
from .autogen import AutoGen
from .base import MOST_KEYS, Dialect, Fields, MessageList, Payload, Sureness
from .bedrock import Bedrock
from .before import Before
from .cohere import Cohere
from .gemini import Gemini
from .haystack import Haystack
from .labelled_text import LabelledText
from .langchain import LangChain
from .llama_index import LlamaIndex
from .openai_chat import OpenAIChat
from .openai_completion import OpenAICompletion
from .openai_responses import OpenAIResponses
from .openinference import OpenInference
from .openllmetry import OpenLLMetry
from .otel_genai import OtelGenAI
from .preference import Preference
from .pydantic_ai import PydanticAI
from .semantic_kernel import SemanticKernel
from .sharegpt import ShareGPT
from .swe_agent import SWEAgent
from .vercel_ui import VercelUI

_CONVERSATIONS: tuple[Dialect, ...] = (
    OtelGenAI(),
    OpenInference(),
    OpenLLMetry(),
    LlamaIndex(),
    OpenAICompletion(),
    OpenAIResponses(),
    Assistants(),
    PydanticAI(),
    Gemini(),
    Anthropic(),
    Bedrock(),
    AutoGen(),
    AgentTranscript(),
    LangChain(),
    Haystack(),
    SemanticKernel(),
    ShareGPT(),
    VercelUI(),
    SWEAgent(),
    Cohere(),
    OpenAIChat(),
    LabelledText(),
)
# In the order of trust: of two that fit as well, the first is taken.
DIALECTS: tuple[Dialect, ...] = (Preference(_CONVERSATIONS), *_CONVERSATIONS)
EARLIER: tuple[Dialect, ...] = (Before(),)

Objects = list[tuple[str, Payload]]  # those in a side, by key
Stored = tuple[str, int]  # name and version of a dialect
NO_DIALECT: Stored = ("", 0)
BEFORE: Stored = (Before.name, Before.version)
_ALL = {(dialect.name, dialect.version): dialect for dialect in (*DIALECTS, *EARLIER)}


@dataclass(frozen=True)
class Place:
    """Where on one side a conversation is: in the side itself, or in the object under `key`."""

    dialect: Dialect
    key: str | None
    fits: Sureness

    @property
    def stored(self) -> Stored:
        return self.dialect.name, self.dialect.version


@dataclass(frozen=True)
class Listed:
    """A list of messages under a key of an object."""

    key: str
    dialect: MessageList


def opened_side(side: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs or outputs, texts that hold JSON opened."""
    return {key: opened(value) for key, value in side.items()}


def places_in(side: Payload) -> list[Place]:
    """Each dialect's best place on an opened side; the dialect that fits best comes first."""
    inner = _objects(side)
    found = [place for dialect in DIALECTS if (place := _place(dialect, side, inner))]
    return sorted(found, key=lambda place: -place.fits)


def best_place(side: Payload) -> Place | None:
    """The first of `places_in`; dialects after one that fits for certain are not asked."""
    best: Place | None = None
    inner = _objects(side)
    for dialect in DIALECTS:
        place = _place(dialect, side, inner)
        if place and (best is None or place.fits > best.fits):
            best = place
        if best and best.fits is Sureness.CERTAIN:
            break
    return best


def choose(inputs: Payload, outputs: Payload) -> tuple[Place | None, Place | None]:
    """The place on each opened side: `agreed` of the best ones."""
    return agreed(inputs, outputs, best_place(inputs), best_place(outputs))


def agreed(
    inputs: Payload, outputs: Payload, asked: Place | None, answered: Place | None
) -> tuple[Place | None, Place | None]:
    """The places of two opened sides, given the best of each. Where none is certain of a side, it
    is in the dialect of the other side, if this fits as well as any.
    """
    if asked is None or answered is None:
        return asked or _beside(inputs, answered), answered or _beside(outputs, asked)
    if asked.fits < answered.fits:
        return _agreeing(inputs, asked, answered), answered
    return asked, _agreeing(outputs, answered, asked)


def stored_place(side: Payload, stored: Stored) -> Place | None:
    """The place on an opened side in a dialect that a snapshot names, if that finds one."""
    dialect = _ALL.get(stored)
    if dialect is None:
        return None
    return _place(dialect, side, _objects(side)) or _beside(
        side, Place(dialect, None, Sureness.POSSIBLE)
    )


def read(side: Payload, place: Place) -> Conversation:
    """The conversation at its place. What the side says besides is left, in its order; keys beside
    the conversation in an object have titles such as "response › model".
    """
    if place.key is None:
        return place.dialect.read(side)
    conversation = place.dialect.read(side[place.key])
    left: dict[str, Any] = {}
    for key, value in side.items():
        if key == place.key:
            left |= {f"{key} › {inner}": one for inner, one in conversation.left.items()}
        else:
            left[key] = value
    return Conversation(conversation.messages, conversation.rivals, left)


def listed_in(row: Payload) -> Listed | None:
    """The list of messages that an object holds under one of its keys, if it holds one."""
    lists = [dialect for dialect in DIALECTS if isinstance(dialect, MessageList)]
    fit = [(dialect, key) for dialect in lists if (key := dialect.key_of(row)) is not None]
    if not fit:
        return None
    dialect, key = max(fit, key=lambda pair: pair[0].fits(row))
    return Listed(key, dialect)


def _agreeing(side: Payload, best: Place, other: Place) -> Place:
    if best.fits is Sureness.CERTAIN or best.dialect is other.dialect:
        return best
    place = _place(other.dialect, side, _objects(side))
    return place if place and place.fits == best.fits else best


def _beside(side: Payload, other: Place | None) -> Place | None:
    if other is None or not other.dialect.fits_beside(side):
        return None
    return Place(other.dialect, None, Sureness.POSSIBLE)


def _place(dialect: Dialect, side: Payload, inner: Objects) -> Place | None:
    """The side itself, else the object in it that fits best."""
    if fits := dialect.fits(side):
        return Place(dialect, None, fits)
    found = [Place(dialect, key, fits) for key, value in inner if (fits := dialect.fits(value))]
    return max(found, key=lambda place: place.fits) if found else None


def _objects(side: Payload) -> Objects:
    first = islice(side.items(), MOST_KEYS)
    return [(key, value) for key, value in first if isinstance(value, dict)]


__all__ = [
    "BEFORE", "DIALECTS", "EARLIER", "NO_DIALECT", "Dialect", "Fields", "Listed", "MessageList",
    "Place", "Stored", "agreed", "best_place", "choose", "listed_in", "opened_side", "places_in",
    "read", "stored_place",
]  # fmt: skip
