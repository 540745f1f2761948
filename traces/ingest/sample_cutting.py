"""Samples of a log of Inspect, each as a row.

A sample repeats its conversation in its events, again and again. Where it is larger than a row may
be, it goes without these, and says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace

from traces.ingest.scanner import HEAD, MAX_BYTES, TOO_LARGE, Element
from traces.ingest.span_cutting import Source

LEFT_OUT = "left_out"  # the key of a row that tells what a sample goes without
MOST_AROUND = 64 * 1024
_ROOM = MAX_BYTES - 2 * MOST_AROUND
_HEAVY = ("events", "events_data", "timelines", "store", "attachments")  # the first goes first
_KEY = re.compile(rb'\s*"([^"\\\n]{0,100})"\s*:')
_LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")


def sample_row(around: bytes, members: Iterable[Element]) -> Element:
    """A sample with what the log says of all of them under `eval`, as one line of JSON.

    `around` is a JSON object or b"". The members are all taken, whatever comes of it.
    """
    kept: dict[str, bytes] = {}
    left: list[str] = []
    size, reason, end, head = 0, "", 0, b""
    for number, member in enumerate(members):
        end, head = member.end, head or (member.data or member.head)[:HEAD]
        key = _key(member.data or member.head) or f"member {number}"
        if member.reason and key in _HEAVY:
            left.append(key)
        elif member.reason or reason:
            reason = reason or member.reason
            kept.clear()
        elif not member.is_blank:
            kept[key] = member.data
            size += len(member.data)
        while size > _ROOM and not reason:
            heavy = next((one for one in _HEAVY if one in kept), "")
            reason = "" if heavy else TOO_LARGE
            size -= len(kept.pop(heavy, b""))
            left += [heavy] if heavy else []
    if reason:
        return Element(b"", 0, end, reason, b",", head=head)
    told = [b'"eval":' + around] * bool(0 < len(around) <= MOST_AROUND)
    told += [f'"{LEFT_OUT}":{json.dumps(left)}'.encode()] * bool(left)
    data = b"{" + b",".join([*told, *kept.values()]) + b"}"
    return Element(data.translate(_LINE_ENDS), 0, end, "", b",")


def _key(data: bytes) -> str:
    match = _KEY.match(data)
    return match[1].decode(errors="replace") if match else ""


def cut_samples(
    chunks: Iterable[bytes], start: int, around: bytes, offset: int = 0
) -> Iterator[Element]:
    """The samples of a list, whose bracket is before `start` in the chunks; `offset` is where
    these begin in the file. The last element tells how the list ends.
    """
    source, at = Source(chunks), start
    while True:
        at, mark = source.next_byte(at)
        sample = None
        if mark == b"{":
            members = _Members(source, at + 1)
            sample = sample_row(around, members)
            at = members.end
        rest = source.element(at, b"]")
        place = offset + rest.end
        if sample is None or not rest.is_blank:
            yield replace(rest, end=place)
        else:
            yield replace(sample, end=place, closing=rest.closing)
        at = rest.end
        if rest.closing != b",":
            return


class _Members:
    """The members of an object; `end` is behind its bracket once all are taken."""

    def __init__(self, source: Source, at: int) -> None:
        self._source, self.end = source, at

    def __iter__(self) -> Generator[Element]:
        closing = b","
        while closing == b",":
            member = self._source.element(self.end, b"}")
            closing = member.closing
            self.end = member.end + (closing == b"}")
            yield member
