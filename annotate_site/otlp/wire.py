"""Finds the spans, or log records, of a request in protobuf without reading it whole.

A library would make objects of all there is: of 64 MiB that say "empty span" 32 million times. The
messages lie in one another by the same numbers in both kinds of request: groups of a resource (1),
in these groups of a scope (2), in these the records (2); resource and scope are 1 in their group.
"""

from collections.abc import Iterator
from typing import NamedTuple, Protocol, overload

_GROUP, _AROUND, _INNER = 1, 1, 2
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_FIXED = {_FIXED64: 8, _FIXED32: 4}
_KINDS = {_VARINT, _LENGTH, *_FIXED}


class NotProtobuf(Exception):
    pass


class TooMany(Exception):
    """Of the fields that were passed on the way."""


class Buffer(Protocol):
    """Bytes, or a file that is mapped as such."""

    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, key: int, /) -> int: ...
    @overload
    def __getitem__(self, key: slice, /) -> bytes: ...


class Part(NamedTuple):
    """A message within the body."""

    start: int
    end: int


class Record(NamedTuple):
    """One span or log record, and what stands around it."""

    resource: Part
    scope: Part
    record: Part


class Records:
    """Raises NotProtobuf where it comes to something that is none, TooMany after `most` fields."""

    def __init__(self, data: Buffer, most: int) -> None:
        self._data = data
        self._left = most

    def __iter__(self) -> Iterator[Record]:
        for group in self._parts(Part(0, len(self._data)), _GROUP):
            resource = self._last(group)
            for inner in self._parts(group, _INNER):
                scope = self._last(inner)
                for record in self._parts(inner, _INNER):
                    yield Record(resource, scope, record)

    def _last(self, group: Part) -> Part:
        """The resource or the scope of a group, which may stand anywhere in it."""
        found = Part(group.start, group.start)
        for part in self._parts(group, _AROUND):
            found = part
        return found

    def _parts(self, whole: Part, wanted: int) -> Iterator[Part]:
        at, end = whole
        while at < end:
            number, kind, at, size = self._field(at, end)
            if number == wanted:
                if kind != _LENGTH:
                    raise NotProtobuf
                yield Part(at, at + size)
            at += size

    def _field(self, at: int, end: int) -> tuple[int, int, int, int]:
        """Number, kind, and where the value begins and how many bytes it has."""
        self._left -= 1
        if self._left < 0:
            raise TooMany
        tag, at = _varint(self._data, at, end)
        number, kind = tag >> 3, tag & 7
        if kind == _LENGTH:
            size, at = _varint(self._data, at, end)
        elif kind == _VARINT:
            size = _varint(self._data, at, end)[1] - at
        else:
            size = _FIXED.get(kind, end)
        if not number or kind not in _KINDS or size > end - at:
            raise NotProtobuf
        return number, kind, at, size


def _varint(data: Buffer, at: int, end: int) -> tuple[int, int]:
    """The number, and the place behind it."""
    number = shift = 0
    for place in range(at, min(end, at + _LONGEST_VARINT)):
        byte = data[place]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place + 1
        shift += 7
    raise NotProtobuf
