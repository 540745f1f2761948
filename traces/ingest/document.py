"""Read one JSON document whose rows may be bad one by one.

The document is walked down to its rows and each row is decoded by itself, so that a row nested too
deeply or holding broken bytes costs that row alone. Only a syntax error loses the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Any

from traces.ingest.cleaning import DECODER, TOO_DEEP

NOT_UTF8 = "It holds bytes that are not valid UTF-8."

_SPACE = re.compile(r"[ \t\n\r]*")
# A string without its end is taken to the end of the text, not tried again from each quote in it.
_BRACKET_OR_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
# "surrogateescape" decodes a byte that is not UTF-8 to one of these.
_BROKEN_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Element:
    """One decoded value, or the reason why it could not be decoded."""

    value: Any
    reason: str = ""


Content = Element | list[Element]


class Document:
    """A JSON text, read from front to back by a cursor.

    Raises JSONDecodeError where the text is not one JSON document.
    """

    def __init__(self, data: bytes) -> None:
        self._text = data.decode("utf-8", "surrogateescape")
        self._has_broken_bytes = bool(_BROKEN_BYTE.search(self._text))
        self._at = 0

    def read(self) -> Content | dict[str, Content]:
        """The whole document: an object by its members, lists by their elements."""
        self._skip_space()
        content = self._members() if self._text.startswith("{", self._at) else self._content()
        self._skip_space()
        if self._at != len(self._text):
            raise self._error("Extra data")
        return content

    def _members(self) -> dict[str, Content]:
        members: dict[str, Content] = {}
        for _ in self._items("}"):
            if not self._text.startswith('"', self._at):
                raise self._error("Expecting a key in double quotes")
            key, self._at = DECODER.raw_decode(self._text, self._at)
            self._skip_space()
            self._expect(":")
            self._skip_space()
            members[key] = self._content()
        return members

    def _content(self) -> Content:
        if not self._text.startswith("[", self._at):
            return self._element()
        return [self._element() for _ in self._items("]")]

    def _items(self, closing: str) -> Iterator[None]:
        """Halt the cursor at each item between the bracket under it and the closing one."""
        self._at += 1
        self._skip_space()
        if self._take(closing):
            return
        while True:
            yield
            self._skip_space()
            if self._take(closing):
                return
            self._expect(",")
            self._skip_space()

    def _element(self) -> Element:
        start = self._at
        try:
            value, self._at = DECODER.raw_decode(self._text, start)
        except RecursionError:
            self._at = self._end_of_nested(start)
            return Element(None, TOO_DEEP)
        if self._has_broken_bytes and _BROKEN_BYTE.search(self._text, start, self._at):
            return Element(None, NOT_UTF8)
        return Element(value)

    def _end_of_nested(self, start: int) -> int:
        depth = 0
        for match in _BRACKET_OR_STRING.finditer(self._text, start):
            mark = self._text[match.start()]
            depth += (mark in "[{") - (mark in "]}")
            if depth == 0:
                return match.end()
        raise self._error("Unclosed list or object")

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _take(self, mark: str) -> bool:
        found = self._text.startswith(mark, self._at)
        self._at += found
        return found

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            raise self._error(f"Expecting '{mark}'")

    def _error(self, what: str) -> JSONDecodeError:
        return JSONDecodeError(what, self._text, self._at)
