"""Elements are cut as a reader of the whole would find them, wherever the chunks end."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traces.hostile import json_values
from traces.ingest.cleaning import TOO_DEEP
from traces.ingest.scanner import (
    MAX_BYTES,
    MAX_CONTAINERS,
    NOT_CLOSED,
    TOO_LARGE,
    TOO_MANY,
    Element,
    cut_elements,
    cut_lines,
)

ODD = st.text('[]{}:,"\\ \n1ae').map(str.encode)
CUTS = st.lists(st.integers(0, 200), max_size=8)


def cut(data: bytes, places: Iterable[int]) -> Iterator[bytes]:
    """The bytes in chunks that end at these places."""
    ends = sorted({place for place in places if place < len(data)} | {len(data)})
    for start, end in zip([0, *ends[:-1]], ends, strict=True):
        yield data[start:end]


def inside(text: str) -> bytes:
    """A JSON list without its opening bracket."""
    return text.encode().lstrip()[1:]


@given(st.lists(json_values(), min_size=1), st.sampled_from([None, 2]), st.booleans(), CUTS)
def test_any_chunks_give_the_elements_of_the_whole(
    values: list[Any], indent: int | None, ascii: bool, places: list[int]
) -> None:
    try:
        data = inside(json.dumps(values, indent=indent, ensure_ascii=ascii))
    except UnicodeEncodeError:  # a lone surrogate is no UTF-8
        return
    found = list(cut_elements(cut(data, places)))
    again = [json.dumps(json.loads(element.data)) for element in found]
    assert again == [json.dumps(value) for value in json.loads(b"[" + data)]
    assert [element.closing for element in found] == [b","] * (len(values) - 1) + [b"]"]


@given(ODD, CUTS)
def test_any_chunks_of_anything_give_the_same_elements(data: bytes, places: list[int]) -> None:
    for read in (cut_elements, cut_lines):
        assert list(read(cut(data, places))) == list(read([data]))


@given(ODD, CUTS)
def test_every_line_is_cut_as_bytes_are_split(data: bytes, places: list[int]) -> None:
    found = [element.data for element in cut_lines(cut(data, places))]
    *lines, last = data.split(b"\n")
    assert found == [line.strip() for line in ([*lines, last] if last else lines)]


@given(st.lists(st.integers() | st.text(max_size=3), min_size=2), CUTS, st.data())
def test_reading_goes_on_from_the_end_of_any_element(
    values: list[Any], places: list[int], data: st.DataObject
) -> None:
    raw = inside(json.dumps(values))
    found = list(cut_elements(cut(raw, places)))
    done = data.draw(st.integers(1, len(found) - 1))
    start = found[done - 1].end
    assert list(cut_elements([raw[start:]], offset=start)) == found[done:]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"]", [(b"", b"]")]),
        (b" 1 , 2 ]", [(b"1", b","), (b"2", b"]")]),
        (b"1,]", [(b"1", b","), (b"", b"]")]),
        (b'"a]b","\\"],"] x', [(b'"a]b"', b","), (b'"\\"],"', b"]")]),
        (b'{"a": [1}, 2]', [(b'{"a": [1}', b","), (b"2", b"]")]),
        (b'{"a": "b},\n2]', [(b'{"a": "b},\n2', b"]")]),
    ],
)
def test_an_element_is_what_lies_between_commas(
    data: bytes, expected: list[tuple[bytes, bytes]]
) -> None:
    assert [(one.data, one.closing) for one in cut_elements([data])] == expected


def only(elements: Iterator[Element]) -> Element:
    (element,) = elements
    return element


def test_what_an_element_may_not_be_is_told_without_its_bytes() -> None:
    largest = b'"' + b"x" * (MAX_BYTES - 2) + b'"'
    assert only(cut_elements([largest + b"]"])).data == largest
    too_much = {
        largest + b" 1": TOO_LARGE,
        b"[" * 65 + b"]" * 65: TOO_DEEP,
        b"[" * 65: TOO_DEEP,
        b"[" + b"[]," * MAX_CONTAINERS + b"1]": TOO_MANY,
        b'{"a": [1, 2': NOT_CLOSED,
        b'"abc': NOT_CLOSED,
    }
    for data, reason in too_much.items():
        found = only(cut_elements([data]))
        assert (found.data, found.reason) == (b"", reason)


def test_lines_are_bounded_likewise() -> None:
    deep = b"[" * 65 + b"]" * 65
    found = list(cut_lines([b"x" * (MAX_BYTES + 1), b"\n", deep, b"\n1"]))
    assert [element.reason for element in found] == [TOO_LARGE, TOO_DEEP, ""]
    assert [element.start for element in found] == [0, MAX_BYTES + 2, MAX_BYTES + 133]
