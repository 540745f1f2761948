"""A JSON value on one line: what is in it, not what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from annotate_site.text import strip_bidi_controls
from traces.reading.json_text import scalar_text

_MOST_NAMED = 4  # of the keys of an object, or of the elements of a list
_MOST_COMPARED = 8  # elements, to tell in what they differ
_MOST_LEAVES = 24  # of one element
_DEEPEST = 4
_LEAF = 32  # characters of a text within an element
_WORTH = re.compile(r"price|cost|amount|fare|total|score|rating|balance", re.IGNORECASE)

Leaves = dict[tuple[str, ...], Any]


def one_line(value: Any, length: int) -> str:
    """What a value holds, on one line of at most `length` characters; "" for nothing.

    "order: 7, name: Ada"; of a list of objects what tells them apart: "K7 price 121, K9 price
    100". Nothing in it turns the direction of reading.
    """
    if isinstance(value, dict):
        named = (f"{_text(key, length)}: {_said(one, length)}" for key, one in value.items())
        return _joined(named, len(value), length)
    if isinstance(value, list):
        return _joined(_elements(value, length), len(value), length)
    return _cut(_text(value, length + 1), length)


def _joined(parts: Iterator[str], count: int, length: int) -> str:
    some = ", ".join(islice(parts, _MOST_NAMED))
    return _cut(some if count <= _MOST_NAMED else f"{some}, …", length)


def _elements(values: list[Any], length: int) -> Iterator[str]:
    """The elements, each by what the others have not."""
    apart = _differing([_leaves(one) for one in values[:_MOST_COMPARED] if isinstance(one, dict)])
    for value in values:
        if isinstance(value, dict) and value:
            yield _named(_leaves(value), apart)
        else:
            yield _said(value, length)


def _said(value: Any, length: int) -> str:
    """A value within an object."""
    if isinstance(value, list) and value:
        leaves = ((one, _leaves(one)) for one in value[:2])
        elements = [_first_text(inner) or _text(one, _LEAF) for one, inner in leaves]
        return " + ".join(elements) + (" + …" if len(value) > len(elements) else "")
    if isinstance(value, dict) and value:
        return _named(_leaves(value), frozenset())
    return _text(value, length)


def _differing(compared: list[Leaves]) -> frozenset[tuple[str, ...]]:
    """The paths at which elements differ: what is the same in all names none of them."""
    if len(compared) < 2:
        return frozenset()
    first, others = compared[0], compared[1:]
    return frozenset(
        path for path, leaf in first.items() if any(one.get(path) != leaf for one in others)
    )


def _named(leaves: Leaves, apart: frozenset[tuple[str, ...]]) -> str:
    """An element by its first text and a number: a price or the like, else the first."""
    telling = {path: leaf for path, leaf in leaves.items() if path in apart} or leaves
    numbers = {path: leaf for path, leaf in telling.items() if isinstance(leaf, int | float)}
    worth = next((path for path in numbers if _WORTH.search(".".join(path))), None)
    path = worth or next(iter(numbers), None)
    number = "" if path is None else f"{_key(path)} {scalar_text(numbers[path])}".strip()
    return " ".join(filter(None, (_first_text(telling), number))) or _text({}, _LEAF)


def _first_text(leaves: Leaves) -> str:
    texts = (leaf for leaf in leaves.values() if isinstance(leaf, str) and leaf.strip())
    return next((_text(text, _LEAF) for text in texts), "")


def _key(path: tuple[str, ...]) -> str:
    """The name on a path that tells its worth, else the innermost; indexes of lists are none."""
    names = [_text(key, _LEAF) for key in path if not key.isdigit()]
    return next(filter(_WORTH.search, names), names[-1] if names else "")


def _leaves(value: Any) -> Leaves:
    """The first plain values inside, the outer levels first."""
    found: Leaves = {}
    level: list[tuple[tuple[str, ...], Any]] = [((), value)]
    for _ in range(_DEEPEST):
        inner: list[tuple[tuple[str, ...], Any]] = []
        for path, one in level:
            for key, item in islice(_items(one), _MOST_LEAVES):
                if isinstance(item, dict | list):
                    inner.append(((*path, key), item))
                elif len(found) < _MOST_LEAVES:
                    found[(*path, key)] = item
        level = inner[:_MOST_LEAVES]
        if not level:
            break
    return found


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((str(index), item) for index, item in enumerate(value))


def _text(value: Any, length: int) -> str:
    if isinstance(value, str):
        text = " ".join(value[: 2 * length].split())
        return text if len(text) <= length else text[: length - 1].rstrip() + "…"
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    return scalar_text(value)


def _cut(text: str, length: int) -> str:
    text = strip_bidi_controls(text)
    return text if len(text) <= length else text[: length - 1].rstrip(" ,…") + "…"
