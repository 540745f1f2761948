"""What a table of a convention is made of: where a sender keeps content, and under which names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol

from traces.ingest.conversations import first_answer, fits_conversation
from traces.ingest.json_text import opened, side_of, unquoted

Attributes = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """One side of a span as {"messages": [...]} or as any object, and the attributes it was in."""

    side: dict[str, Any]
    keys: frozenset[str]


class Source(Protocol):
    """A place that may hold one side of a span; `names` are the attributes it is made of."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def find(self, attributes: Attributes) -> Found | None: ...


@dataclass(frozen=True)
class Convention:
    """Sources and names in order of trust.

    kinds: by attribute, our kind of span for each of its values, in lower case. facts: by what a
    span tells ("model", "tokens_in" ...), the attributes that may tell it.
    """

    inputs: tuple[Source, ...] = ()
    outputs: tuple[Source, ...] = ()
    kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def families(self) -> frozenset[str]:
        """What the names of its attributes begin with, up to their first dot."""
        of_sources = (name for source in (*self.inputs, *self.outputs) for name in source.names)
        names = (*of_sources, *self.kinds, *(key for keys in self.facts.values() for key in keys))
        return frozenset(name.partition(".")[0] for name in names)


@dataclass(frozen=True)
class Whole:
    """One attribute, JSON or text; what is neither an object nor messages is under `name`."""

    key: str
    name: str
    always_json: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key,)

    def find(self, attributes: Attributes) -> Found | None:
        value = value_of(attributes, self.key)
        side = side_of(unquoted(value) if self.always_json else value, self.name)
        return Found(side, frozenset([self.key])) if side else None


@dataclass(frozen=True)
class Messages:
    """One attribute with a list of messages; `system` has texts or parts that stand before them."""

    key: str
    system: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key, self.system) if self.system else (self.key,)

    def find(self, attributes: Attributes) -> Found | None:
        value = opened(value_of(attributes, self.key))
        messages = [value] if isinstance(value, dict) else value
        if not isinstance(messages, list) or not messages:
            return None
        return _with_system(attributes, self.system, self.key, messages)


@dataclass(frozen=True)
class Instructions:
    """One attribute with the texts or parts of a system message, without a conversation."""

    key: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key,)

    def find(self, attributes: Attributes) -> Found | None:
        system = _system(opened(value_of(attributes, self.key)))
        return Found({"messages": system}, frozenset([self.key])) if system else None


@dataclass(frozen=True)
class Half:
    """One attribute with a whole conversation: what is before the first answer, or from it on.
    `system` as of `Messages`.
    """

    key: str
    answers: bool
    system: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key, self.system) if self.system else (self.key,)

    def find(self, attributes: Attributes) -> Found | None:
        messages = opened(value_of(attributes, self.key))
        if not fits_conversation(messages):
            return None
        cut = first_answer(messages)
        half = messages[cut:] if self.answers else messages[:cut]
        return _with_system(attributes, self.system, self.key, half) if half else None


@dataclass(frozen=True)
class Flattened:
    """Attributes such as "<prefix>.0.message.role": a list of objects. `inner` is the key around
    each of them, which goes where `unwrap`; one without a role is spoken by `role`.
    """

    prefix: str
    name: str = "messages"
    inner: str = ""
    role: str = ""
    unwrap: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.prefix,)

    def find(self, attributes: Attributes) -> Found | None:
        given = value_of(attributes, self.prefix)
        before = f"{self.prefix}."
        keys = {key for key in attributes if key.startswith(before)}
        if isinstance(given, list):
            keys, listed = {self.prefix}, given
        else:
            listed = _as_list(unflattened({key[len(before) :]: attributes[key] for key in keys}))
        found = [self._one(element) for element in listed if element not in (None, "", {})]
        return Found({self.name: found}, frozenset(keys)) if found else None

    def _one(self, element: Any) -> Any:
        if not isinstance(element, dict):
            return element
        if any("." in key for key in element):
            element = unflattened(element)
        inner = element.get(self.inner) if len(element) == 1 else None
        if self.unwrap and isinstance(inner, dict):
            return inner
        if isinstance(inner, dict):
            return {self.inner: self._with_role(inner)}
        return self._with_role(element)

    def _with_role(self, message: dict[str, Any]) -> dict[str, Any]:
        return {"role": self.role} | message if self.role and not message.get("role") else message


@dataclass(frozen=True)
class Put:
    """Several attributes put together by a function, which gives {} for nothing."""

    keys: tuple[str, ...]
    together: Callable[[dict[str, Any]], dict[str, Any]]

    @property
    def names(self) -> tuple[str, ...]:
        return self.keys

    def find(self, attributes: Attributes) -> Found | None:
        values = {key: value_of(attributes, key) for key in self.keys}
        given = {key: value for key, value in values.items() if value not in (None, "")}
        side = self.together(given)
        return Found(side, frozenset(given)) if side else None


def value_of(attributes: Attributes, key: str) -> Any:
    """The value of an attribute, also where dots of its name lead into an object or its JSON."""
    if key in attributes:
        return attributes[key]
    for outer, inner in _around(key):
        if outer in attributes:
            value = opened(attributes[outer])
            return value_of(value, inner) if isinstance(value, dict) else None
    return None


@lru_cache(maxsize=1024)  # names of conventions, and what is behind their dots
def _around(key: str) -> list[tuple[str, str]]:
    """The name cut at each of its dots, the last first."""
    places = (place for place in range(len(key) - 1, 0, -1) if key[place] == ".")
    return [(key[:place], key[place + 1 :]) for place in places]


def without(attributes: Attributes, keys: Iterable[str]) -> dict[str, Any]:
    """The attributes but for some, named as in `value_of`; JSON in texts stays whole."""
    left = dict(attributes)
    for key in keys:
        if key in left:
            del left[key]
            continue
        for place in (at for at, mark in enumerate(key) if mark == "."):
            outer, inner = left.get(key[:place]), key[place + 1 :]
            if isinstance(outer, dict):
                left[key[:place]] = without(outer, [inner])
    return left


def unflattened(flat: Attributes) -> Any:
    """{"a.0.b": 1} as {"a": [{"b": 1}]}: keys become objects, numbers become places in lists.

    Numbers need not follow each other; where a key is a value and an object both, the value is
    under "".
    """
    tree = _Branch()
    for key, value in flat.items():
        *outer, last = key.split(".")
        branch = tree
        for part in outer:
            inner = branch.setdefault(part, _Branch())
            if not isinstance(inner, _Branch):
                branch[part] = inner = _Branch({"": inner})
            branch = inner
        if isinstance(branch.get(last), _Branch):
            branch[last][""] = value
        else:
            branch[last] = value
    return _with_lists(tree)


class _Branch(dict[str, Any]):
    """An object that keys made, not one that was a value."""


def _with_lists(value: Any) -> Any:
    if not isinstance(value, _Branch):
        return value
    items = {key: _with_lists(inner) for key, inner in value.items()}
    if items and all(key.isdecimal() and len(key) < 6 for key in items):
        return [items[key] for key in sorted(items, key=int)]
    return items


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _with_system(attributes: Attributes, name: str, key: str, messages: list[Any]) -> Found:
    system = _system(opened(value_of(attributes, name))) if name else []
    return Found({"messages": [*system, *messages]}, frozenset([key] + [name] * bool(system)))


def _system(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str) and value:
        return [{"role": "system", "parts": [{"type": "text", "content": value}]}]
    if isinstance(value, list) and value:
        return [{"role": "system", "parts": value}]
    return []
