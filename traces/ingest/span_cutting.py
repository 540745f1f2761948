"""Cut a file that is one OTLP request into requests of one span each, as its bytes arrive.

The spans lie in lists in objects in lists, `resourceSpans` › `scopeSpans` › `spans`, none of which
is held whole. What comes before a list of spans, the resource and the scope, goes with each span.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from typing import Any

from traces.ingest.scanner import NO_END, Cutter, Element

MOST_AROUND = 64 * 1024
TOO_MUCH_AROUND = f"Its resource or scope is larger than {MOST_AROUND // 1024} KB."

_WINDOW = 4096
_SPACE = b" \t\r\n"
_MEMBER = re.compile(rb'("(?:[^"\\\n]++|\\.)*+")\s*+:\s*+', re.DOTALL)
# Of the objects on each level: the member that is kept, and the lists to go into.
_LEVELS: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (
        frozenset({"resource"}),
        frozenset({"scopeSpans", "scope_spans", "instrumentationLibrarySpans"}),
    ),
    (frozenset({"scope", "instrumentationLibrary"}), frozenset({"spans"})),
)

_Elements = Generator[Element, None, int | None]  # the place behind, None where the file ends


def cut_spans(chunks: Iterable[bytes], start: int) -> Iterator[Element]:
    """Requests of one span each. `chunks` are those of the file, `start` is behind the bracket that
    opens `resourceSpans`. What is no span where one should be is an element by itself.
    """
    last = None
    reader = _Reader(Source(chunks))
    for last in reader.objects(start, 0):
        yield last
    if not reader.ended and (last is None or last.closing or not last.reason):
        yield Element(b"", start, start, NO_END, b"")


class Source:
    """The bytes of a file, of which those of the present chunk can be read again."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._chunk, self._start = b"", 0

    def window(self, at: int) -> bytes:
        """What is at a place, as much as a key with its colon takes."""
        for _ in self._reaching(at + _WINDOW):
            pass
        return self._chunk[at - self._start :][:_WINDOW]

    def _reaching(self, end: int) -> Iterator[None]:
        while self._start + len(self._chunk) < end:
            more = next(self._chunks, None)
            if more is None:
                return
            keep = self._chunk[-2 * _WINDOW :]
            self._start += len(self._chunk) - len(keep)
            self._chunk = keep + more
            yield

    def chunks_from(self, at: int) -> Iterator[bytes]:
        """All from a place on, chunk by chunk."""
        for _ in self._reaching(at):
            pass
        yield self._chunk[at - self._start :]
        for more in self._chunks:
            self._start += len(self._chunk)
            self._chunk = more
            yield more

    def next_byte(self, at: int) -> tuple[int, bytes]:
        """Where the next byte that is no space is, and that byte."""
        while (window := self.window(at)) and not window.strip(_SPACE):
            at += len(window)
        left = window.lstrip(_SPACE)
        return at + len(window) - len(left), left[:1]

    def element(self, at: int, closing: bytes) -> Element:
        """What is from a place to the next comma or closing bracket."""
        return next(Cutter(at, closing, reads_on=False).cut(self.chunks_from(at)))


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._around = [b"", b""]
        self.ended = False  # with the bracket of the outermost list

    def objects(self, at: int, level: int) -> _Elements:
        """The spans within a list of objects."""
        while True:
            at, mark = self._source.next_byte(at)
            if mark == b"{":
                self._around[level] = b""
                inside = yield from self._members(at + 1, level)
                if inside is None:
                    return None
                at = inside
            rest = self._source.element(at, b"]")
            if not rest.is_blank:
                yield rest
            at = rest.end
            if rest.closing != b",":
                self.ended = level == 0 and bool(rest.closing)
                return at + 1 if rest.closing else None

    def _members(self, at: int, level: int) -> _Elements:
        """The spans within an object, whose bracket is read already."""
        kept, lists = _LEVELS[level]
        while True:
            at, _ = self._source.next_byte(at)
            window = self._source.window(at)
            match = _MEMBER.match(window)
            key = _key(match[1]) if match else ""
            if match and key in lists and window[match.end() :][:1] == b"[":
                inside = yield from self._inside(at + match.end() + 1, level + 1)
                if inside is None:
                    return None
                at = inside
            member = self._source.element(at, b"}")
            if match and key in kept:
                self._around[level] = member.data[match.end() :]
            at = member.end
            if member.closing != b",":
                return at + 1 if member.closing else None

    def _inside(self, at: int, level: int) -> _Elements:
        if level < len(_LEVELS):
            return (yield from self.objects(at, level))
        return (yield from self._spans(at))

    def _spans(self, at: int) -> _Elements:
        element = None
        for element in Cutter(at, b"]", reads_on=False).cut(self._source.chunks_from(at)):
            if element.closing == b"," or not element.is_blank:
                yield self._request(element)
        return element.end + 1 if element and element.closing else None

    def _request(self, span: Element) -> Element:
        if span.reason or not span.data.startswith(b"{"):
            return span
        if sum(map(len, self._around)) > MOST_AROUND:
            return replace(span, data=b"", reason=TOO_MUCH_AROUND)
        resource, scope = (around or b"{}" for around in self._around)
        data = b'{"resourceSpans":[{"resource":%b,"scopeSpans":[{"scope":%b,"spans":[%b]}]}]}' % (
            resource,
            scope,
            span.data,
        )
        return replace(span, data=data)


def _key(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return ""
