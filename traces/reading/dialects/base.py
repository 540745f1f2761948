"""What a dialect is: a shape in which conversations are written, and how it is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from enum import IntEnum
from itertools import islice
from typing import Any

from traces.reading.conversation import Conversation, Message, Role, Text, Unknown

Payload = Mapping[str, Any]

# An object of more keys is a table of data, and of more messages some tell what they are.
MOST_KEYS = 200
MOST_SIGNS = 2_000

# What holds nothing else has no list in it, as most objects.
_SCALARS = frozenset({str, int, float, bool, type(None)})

ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "tool": "tool",
    "function": "tool",
    "observation": "tool",
}


class Sureness(IntEnum):
    """How well an object fits a dialect. POSSIBLE: it can be read so, but nothing speaks for it."""

    NO = 0
    POSSIBLE = 1
    CERTAIN = 2


class Sign(IntEnum):
    """What one message says about its dialect.

    FOREIGN: a message, with something in it that the dialect does not know. PLAIN: so simple that
    several dialects write it alike. OWN: as only this one does.
    """

    NONE = 0
    FOREIGN = 1
    PLAIN = 2
    OWN = 3


class Dialect(ABC):
    """`name` and `version` are kept in snapshots: what a version reads never changes.

    To read otherwise, add a version and leave the one before it in `EARLIER` of the package.
    `label` names the dialect on pages.
    """

    name: str
    label: str
    version = 1

    @abstractmethod
    def fits(self, payload: Payload) -> Sureness:
        """How well an object fits; cheap, and raises nothing whatever the object holds."""

    def fits_beside(self, payload: Payload) -> bool:
        """Whether an object that fits no dialect can be read where the trace's other side is in
        this one: a question that is a text alone, mostly.
        """
        return False

    @abstractmethod
    def read(self, payload: Payload) -> Conversation:
        """The conversation in an object that fits. Every key of it is read, or left."""


class MessageList(Dialect):
    """A dialect whose conversations are lists of messages under some key."""

    keys: tuple[str, ...] = ("messages",)  # looked at first; all that fit are read, in this order
    plain_is: Sureness = Sureness.POSSIBLE  # of a list in which all messages are plain

    @abstractmethod
    def sign(self, message: Any) -> Sign:
        """What one element of a list says."""

    @abstractmethod
    def read_message(self, message: Any) -> Iterable[Message]:
        """An element as one message, mostly; as none or several where the dialect packs them so.
        Elements that are no messages are read before.
        """

    def role(self, message: Any) -> Role:
        """Who speaks in an element."""
        return next((one.role for one in self.read_message(message)), "other")

    def fits_list(self, messages: Any) -> Sureness:
        """A few odd elements do not spoil a list; half of them do."""
        if not isinstance(messages, list) or not messages:
            return Sureness.NO
        step = 1 + len(messages) // MOST_SIGNS
        signs = [self.sign(message) for message in messages[::step]]
        known = [sign for sign in signs if sign is not Sign.NONE]
        if 2 * len(known) < len(signs):
            return Sureness.NO
        if Sign.FOREIGN in known:
            return Sureness.POSSIBLE
        return Sureness.CERTAIN if Sign.OWN in known else self.plain_is

    def is_message(self, value: Any) -> bool:
        """Whether an element of a list is a message at all."""
        return self.sign(value) is not Sign.NONE

    def key_of(self, payload: Payload) -> str | None:
        """The key under which the object has its conversation: one that fits best."""
        return self._best(payload)[0]

    def keys_of(self, payload: Payload) -> list[str]:
        """The keys under which it has its conversation: usually one."""
        best = self.key_of(payload)
        if best not in self.keys:
            return [] if best is None else [best]
        others = (key for key in self.keys if key in payload and key != best)
        also = {key for key in others if self.fits_list(as_list(payload[key]))}
        return [key for key in self.keys if key == best or key in also]

    def is_one_message(self, payload: Payload) -> bool:
        """Whether the object is no holder of messages, but a message itself."""
        return self.sign(payload) in (Sign.PLAIN, Sign.OWN)

    def fits(self, payload: Payload) -> Sureness:
        if self.is_one_message(payload):
            return self.fits_list([payload])
        return self._best(payload)[1]

    def read(self, payload: Payload) -> Conversation:
        if self.is_one_message(payload):
            return Conversation(list(self.read_message(payload)))
        fields = Fields(payload)
        keys = self.keys_of(payload)
        said = self.instructions(fields)
        for key in keys:
            said += self.read_list(as_list(fields.take(key)) or [])  # instructions may have it
        return Conversation(said, {}, fields.left)

    def candidates(self, payload: Payload) -> Payload:
        """Those keys of an object that may have the conversation."""
        return payload

    def _best(self, payload: Payload) -> tuple[str | None, Sureness]:
        best: tuple[str | None, Sureness] = None, Sureness.NO
        payload = self.candidates(payload)
        if _SCALARS.issuperset(map(type, payload.values())):
            return best
        named = [key for key in self.keys if key in payload]
        for key in dict.fromkeys([*named, *islice(payload, MOST_KEYS)]):
            fits = self.fits_list(as_list(payload[key]))
            if fits > best[1]:
                best = key, fits
            if fits is Sureness.CERTAIN:
                break
        return best

    def instructions(self, fields: Fields) -> list[Message]:
        """System messages that stand beside the list."""
        if isinstance(fields.peek("system"), str | list):
            system = {"role": "system", "content": fields.take("system")}
            return list(self.read_message(system))
        return []

    def read_list(self, messages: Iterable[Any]) -> list[Message]:
        found: list[Message] = []
        for message in messages:
            if self.is_message(message):
                found += self.read_message(message)
            else:
                found.append(Message("other", [stray(message)]))
        return found


class Fields:
    """An object whose keys are taken one by one. What is never taken, or is not of the type that
    was asked for, is `left`.
    """

    def __init__(self, value: Mapping[str, Any]) -> None:
        self._left = dict(value)

    def peek(self, key: str) -> Any:
        return self._left.get(key)

    def take(self, *keys: str) -> Any:
        """The value of the first of these keys that there is, else None."""
        for key in keys:
            if key in self._left:
                return self._left.pop(key)
        return None

    def text(self, *keys: str) -> str:
        """The first of these keys that holds a text, "" where none does."""
        for key in keys:
            if isinstance(value := self._left.get(key), str):
                del self._left[key]
                return value
        return ""

    def list(self, *keys: str) -> list[Any]:
        for key in keys:
            if isinstance(value := self._left.get(key), list):
                del self._left[key]
                return value
        return []

    def object(self, *keys: str) -> Fields:
        """The first of these keys that holds an object, to be taken apart; see `put_back`."""
        found = (key for key in keys if isinstance(self._left.get(key), dict))
        return Fields(next((self._left.pop(key) for key in found), {}))

    def put_back(self, key: str, inner: Fields) -> None:
        """Leaves under `key` what an object taken from here has left."""
        if inner.left:
            self._left[key] = inner.left

    def leave(self, values: Mapping[str, Any]) -> None:
        """Adds to what is left."""
        self._left.update(values)

    def drop(self, *keys: str) -> None:
        """Forgets keys whose values say nothing to a reader, or what the reading says anyway."""
        for key in keys:
            self._left.pop(key, None)

    @property
    def left(self) -> dict[str, Any]:
        if not self._left:
            return {}
        return {key: value for key, value in self._left.items() if value not in _NOTHING}


_NOTHING: tuple[Any, ...] = (None, "", [], {})


def role_of(word: Any) -> Role:
    return ROLES.get(word.lower(), "other") if isinstance(word, str) else "other"


def answered(
    asked: list[Message], answers: dict[str, list[Message]], left: dict[str, Any]
) -> Conversation:
    """A conversation with its answer; with rivals, where there are several answers by title."""
    if len(answers) > 1:
        return Conversation(asked, answers, left)
    return Conversation([*asked, *(one for said in answers.values() for one in said)], {}, left)


def stray(value: Any) -> Text | Unknown:
    """Something among messages that is none."""
    return Text(value) if isinstance(value, str) else Unknown(value)


def as_list(value: Any) -> Any:
    """One object as a list of it; anything else as it is."""
    return [value] if isinstance(value, dict) else value
