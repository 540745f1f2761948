"""Cut JSON into elements as its bytes arrive, and bound each element before memory is spent on it.

Nothing is parsed here: strings are skipped, brackets counted, and whatever stands between two
commas is one element, right or wrong. So an element that is no JSON costs itself alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from traces.ingest.cleaning import MAX_DEPTH, TOO_DEEP

CHUNK = 64 * 1024
MAX_BYTES = 4 * 1024**2
HEAD = 200  # bytes kept of an element that is lost, so that its sender finds it
# Parsed, the smallest object takes 30 times its bytes; the bytes alone bound no memory.
MAX_CONTAINERS = 200_000
TOO_LARGE = f"It is larger than {MAX_BYTES // 1024**2} MB."
TOO_MANY = f"It holds more than {MAX_CONTAINERS:,} lists and objects."
NO_END = "The list has no end: rows may be missing from here on."
NOT_CLOSED = "The file ends in the middle of it."

# Possessive, so that no text makes them go back. JSON has no line feed in a string: one that meets
# it has lost its closing quote, and ends there.
_IN_STRING = re.compile(rb'(?:[^"\\\n]++|\\.)*+', re.DOTALL)
_STRING = rb'"(?:[^"\\\n]++|\\.)*+"'
_TO_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|' + _STRING + rb")*+", re.DOTALL)
# In an element that is lost already, lists and objects without others in them need no counting.
_FLAT = rb'(?:[^"\[\]{}]++|' + _STRING + rb")*+"
_TO_NESTED = re.compile(
    rb'(?:[^"\[\]{}]++|' + _STRING + rb"|\[" + _FLAT + rb"\]|\{" + _FLAT + rb"\})*+", re.DOTALL
)
_STRINGS = re.compile(_STRING, re.DOTALL)
_TO_BRACKET_OR_COMMA = re.compile(rb'(?:[^"\[\]{},]++|' + _STRING + rb")*+", re.DOTALL)

_COMMA, _QUOTE, _BACKSLASH = b',"\\'
_CLOSING = {ord("["): ord("]"), ord("{"): ord("}")}
_NEVER = b"\x00"
_SPACE = b" \t\r\n"


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    match = pattern.match(data, at)
    return match.end() if match else at


@dataclass(frozen=True)
class Element:
    """Bytes of one value, from `start` to `end` in the stream; or the `reason` why they are lost.

    `closing` is what came behind it: b"," or the bracket that ends the list, b"" at the end of
    the file. A comma or line feed lies before `end`, a bracket at it. Space is no part of `data`.
    `followed`: more than space is behind the bracket. `head`: how one that is lost begins.
    """

    data: bytes
    start: int
    end: int
    reason: str
    closing: bytes
    followed: bool = False
    head: bytes = b""

    @property
    def is_blank(self) -> bool:
        """Nothing but space."""
        return not self.data and not self.reason


@dataclass
class Nesting:
    """The open brackets of one element, and how many it has had."""

    expected: bytearray = field(default_factory=bytearray)
    beyond: int = 0
    opened: int = 0

    @property
    def reason(self) -> str:
        """Why the element cannot be taken, so far."""
        if self.beyond:
            return TOO_DEEP
        return TOO_MANY if self.opened > MAX_CONTAINERS else ""

    def open(self, mark: int) -> None:
        self.opened += 1
        if len(self.expected) < MAX_DEPTH and not self.beyond:
            self.expected.append(_CLOSING[mark])
        else:
            self.beyond += 1

    def close(self, mark: int) -> bool:
        """False for a bracket that closes nothing here. One that closes an outer bracket closes
        the inner ones too, so that a bracket forgotten ends with its element.
        """
        if self.beyond:
            self.beyond -= 1
            return True
        found = self.expected.rfind(mark)
        if found >= 0:
            del self.expected[found:]
        return found >= 0

    def skip(self, data: bytes) -> bool:
        """Counts all brackets of the data at once, where that cannot end the element."""
        data = _STRINGS.sub(b"", data)
        opened = data.count(b"[") + data.count(b"{")
        closed = data.count(b"]") + data.count(b"}")
        if b'"' in data or closed > self.beyond:
            return False
        self.beyond += opened - closed
        return True


def cut_elements(
    chunks: Iterable[bytes], *, offset: int = 0, closing: bytes = b"]"
) -> Iterator[Element]:
    """The elements between a bracket, which is read already, and its `closing` one.

    `offset` is where the chunks begin in the stream. The last element may hold nothing but space:
    so does the only one of an empty list. What follows the closing bracket is not read.
    """
    return Cutter(offset, closing).cut(chunks)


class Cutter:
    """Cuts as `cut_elements`.

    patient: reads to the end of an element that is lost. reads_on: behind the closing bracket, to
    tell whether something follows.
    """

    def __init__(
        self, offset: int, closing: bytes, *, patient: bool = True, reads_on: bool = True
    ) -> None:
        self.patient = patient
        self.reads_on = reads_on
        self.offset = offset  # of the present chunk
        self.closing = closing[0]
        self.in_string = self.escaped = False
        self._begin(offset)

    def _begin(self, start: int) -> None:
        self.start, self.kept, self.size, self.reason = start, bytearray(), 0, ""
        self.head = b""
        self.nesting = Nesting()

    def cut(self, chunks: Iterable[bytes]) -> Iterator[Element]:
        chunks = iter(chunks)
        for chunk in chunks:
            at = begin = 0
            if self.reason and not self.in_string and self.nesting.skip(chunk):
                at = len(chunk)
            while at < len(chunk):
                at = self._next_mark(chunk, at)
                if at == len(chunk):
                    break
                mark, at = chunk[at], at + 1
                if self._ends(mark):
                    self._keep(chunk[begin : at - 1])
                    if mark != _COMMA:
                        behind = chain([chunk[at:]], chunks) if self.reads_on else ()
                        followed = any(part.strip() for part in behind)
                        yield self._element(self.offset + at - 1, bytes([mark]), followed)
                        return
                    yield self._element(self.offset + at, b",")
                    begin = at
                    self._begin(self.offset + at)
            self._keep(chunk[begin:])
            self.offset += len(chunk)
        if self.nesting.expected or self.in_string:
            self.reason = self.reason or NOT_CLOSED
        yield self._element(self.offset, b"")

    def _next_mark(self, chunk: bytes, at: int) -> int:
        """Where the next bracket (or comma between elements) is, or the end of the chunk."""
        while at < len(chunk):
            if self.escaped:
                self.escaped, at = False, at + 1
            if self.in_string:
                at = self._skip_string(chunk, at)
                continue
            at = _end(self._filling(), chunk, at)
            if at == len(chunk) or chunk[at] != _QUOTE:
                return at
            self.in_string, at = True, at + 1
        return len(chunk)

    def _filling(self) -> re.Pattern[bytes]:
        """What lies between here and the next mark."""
        if not self.nesting.expected:
            return _TO_BRACKET_OR_COMMA
        return _TO_NESTED if self.reason else _TO_BRACKET

    def _skip_string(self, chunk: bytes, at: int) -> int:
        at = _end(_IN_STRING, chunk, at)
        if at < len(chunk):
            self.escaped = chunk[at] == _BACKSLASH
            self.in_string = self.escaped
            at += 1
        return at

    def _ends(self, mark: int) -> bool:
        """Whether the mark ends the element; counts it otherwise."""
        if mark == _COMMA:
            return True
        if mark in _CLOSING:
            self.nesting.open(mark)
            self.reason = self.reason or self.nesting.reason
            return bool(self.reason) and not self.patient
        elif not self.nesting.close(mark):
            return mark == self.closing
        return False

    def _keep(self, data: bytes) -> None:
        data = data if self.size else data.lstrip(_SPACE)
        self.size += len(data)
        if self.size > MAX_BYTES:
            self.reason = self.reason or TOO_LARGE
        if self.reason:
            self.head = self.head or bytes(self.kept[:HEAD] or data[:HEAD])
            self.kept.clear()
        else:
            self.kept += data

    def _element(self, end: int, closing: bytes, followed: bool = False) -> Element:
        if self.reason:
            head = self.head or bytes(self.kept[:HEAD])
            return Element(b"", self.start, end, self.reason, closing, followed, head)
        return Element(bytes(self.kept).rstrip(_SPACE), self.start, end, "", closing, followed)


def cut_lines(chunks: Iterable[bytes], *, offset: int = 0) -> Iterator[Element]:
    """The lines of JSONL, also empty ones; `closing` is the line feed, b"" at the end."""
    kept, start, size = bytearray(), offset, 0
    for chunk in chunks:
        parts = chunk.split(b"\n")
        for part in parts[:-1]:
            size += len(part)
            yield _line(kept + part, start, size, b"\n")
            start += size + 1
            kept, size = bytearray(), 0
        size += len(parts[-1])
        # Of a line that is too large its beginning stays.
        kept = (kept + parts[-1])[: HEAD if size > MAX_BYTES else None]
    if size:
        yield _line(kept, start, size, b"")


def _line(data: bytes | bytearray, start: int, size: int, closing: bytes) -> Element:
    reason = TOO_LARGE if size > MAX_BYTES else nesting_of(data)
    end, data = start + size + len(closing), bytes(data)
    if reason:
        return Element(b"", start, end, reason, closing, head=data[:HEAD])
    return Element(data.strip(_SPACE), start, end, "", closing)


def nesting_of(data: bytes | bytearray) -> str:
    """Why these bytes are nested too deeply or hold too much, or ""."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return ""
    found = _first(bytes(data))
    return found.reason if found.reason in (TOO_DEEP, TOO_MANY) else ""


def is_closed(data: bytes) -> bool:
    """Whether a list or object that begins these bytes can end with them."""
    if data[-1] != _CLOSING.get(data[0]):
        return False
    found = _first(data)
    return bool(found.reason) if found.closing else found.reason != NOT_CLOSED


def _first(data: bytes) -> Element:
    """The first value, or its beginning where that tells why it cannot be taken."""
    return next(Cutter(0, _NEVER, patient=False).cut(slices(data)))


def slices(data: bytes, start: int = 0) -> Iterator[bytes]:
    """The bytes from `start` on, in small parts."""
    return (data[at : at + CHUNK] for at in range(start, len(data), CHUNK))
