import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traces.hostile import json_objects
from traces.ingest.cleaning import InputRefused, clean_json
from traces.ingest.records import BadRow, Position, Row
from traces.ingest.rows import read_first_rows, read_rows
from traces.ingest.scanner import MAX_BYTES, TOO_LARGE

from .samples import read_bytes as read
from .samples import values

ROWS = [{"q": "one"}, {"q": "two é", "n": [1, {"x": None}]}]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.txt", "a"])
def test_a_list_is_read_whatever_the_file_is_called(name: str, indent: int | None) -> None:
    assert values(json.dumps(ROWS, indent=indent), name) == ROWS


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.txt", "a"])
def test_lines_are_read_whatever_the_file_is_called(name: str, end: str) -> None:
    assert values(end.join(map(json.dumps, ROWS)), name) == ROWS


def test_a_row_may_hold_unicode_line_separators() -> None:
    assert values('{"q": "a\u2028b\x85c"}\n{"q": "d"}') == [{"q": "a\u2028b\x85c"}, {"q": "d"}]


@pytest.mark.parametrize("key", ["data", "rows", "traces", "items", "my_own_name"])
def test_an_object_around_one_list_is_read_as_that_list(key: str) -> None:
    assert values(json.dumps({key: ROWS})) == ROWS


def test_facts_beside_a_wrapped_list_do_not_hide_it() -> None:
    assert values(json.dumps({"object": "list", "data": ROWS, "has_more": False})) == ROWS


@pytest.mark.parametrize(
    "row",
    [
        {"question": "how much?", "items": [{"sku": 1}], "answer": "2"},
        {"messages": [{"role": "user", "content": "hi"}]},
        {"spans": [{"span_id": "a"}]},
        {"q": "one", "tags": ["a"]},
    ],
)
def test_one_object_is_one_row_even_with_a_list_inside(row: dict[str, Any]) -> None:
    assert values(json.dumps(row)) == [row]
    assert values(json.dumps(row, indent=1)) == [row]


def test_rows_are_numbered_by_line_in_jsonl_and_by_position_in_json() -> None:
    lines = read('\n\n{"q": 1}\n\n{"q": 2}\n')
    listed = read('\n\n[{"q": 1},\n\n{"q": 2}]\n')
    assert [row.number for row in lines] == [3, 5]
    assert [row.number for row in listed] == [1, 2]


@pytest.mark.parametrize("text", ['[{"q": "é"}]', '{"q": "é"}\n{"q": "é"}'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks_and_utf_16_are_read(text: str, encoding: str) -> None:
    assert {row["q"] for row in values(text.encode(encoding))} == {"é"}


def test_a_row_that_had_to_be_cleaned_says_so() -> None:
    rows = read('{"q": "a\\u0000b", "n": NaN}\n{"q": "fine"}')
    assert rows == [Row(1, {"q": "a\ufffdb", "n": None}, True), Row(2, {"q": "fine"}, False)]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_list_of_one_row_a_line_is_a_list(name: str) -> None:
    text = "[\n" + ",\n".join(map(json.dumps, ROWS * 3)) + "\n]\n"
    assert values(text, name) == ROWS * 3


def test_a_wrapped_list_larger_than_the_beginning_is_read() -> None:
    rows = [{"q": str(number), "text": "x" * 100_000} for number in range(60)]
    assert values(json.dumps({"object": "list", "data": rows, "more": False})) == rows


@pytest.mark.parametrize("data", ["", " \n\t\r\n ", "\ufeff", "\ufeff\n"])
def test_an_empty_file_is_refused(data: str) -> None:
    with pytest.raises(InputRefused, match=r"^This file is empty"):
        read(data)


@pytest.mark.parametrize("data", ["[]", '{"data": []}', '{"rows": [], "total": 0}'])
def test_a_file_without_rows_has_none(data: str) -> None:
    assert read(data) == []


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"<!doctype html><p>{}", "HTML"),
        (b"  <?xml version='1.0'?>", "XML"),
        (b"PARE\x15\x04", "encrypted Parquet"),
        (b"just some words", "neither JSON nor a table"),
        (b"\x00\x01\x02\x03", "not text"),
        (b"\xff\xfe\x00\xd8", "UTF-16"),
    ],
)
def test_another_kind_of_file_is_named(data: bytes, what: str) -> None:
    with pytest.raises(InputRefused, match=what):
        read(data, "traces.json")


@pytest.mark.parametrize(("data", "what"), [("5", "a number"), ('"x"', "text"), ("null", "null")])
def test_a_single_value_is_no_rows(data: str, what: str) -> None:
    with pytest.raises(InputRefused, match=f"^This file holds {what}, not rows"):
        read(data)


def test_a_file_is_refused_before_its_first_row_is_asked_for() -> None:
    with pytest.raises(InputRefused):
        read_rows(io.BytesIO(b"%PDF-1.7"), "a.json")


LISTED, LINED = json.dumps(ROWS * 5), "\n\n".join(map(json.dumps, ROWS * 5))
BROKEN = '[{"q": 1}, {"q": }, {"q": 2}'


@pytest.mark.parametrize(
    "data", [LISTED, LINED, json.dumps({"data": ROWS * 5}), LISTED + " x", BROKEN, '{"q": 1}']
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_reading_goes_on_behind_any_row(data: str, encoding: str) -> None:
    raw = data.encode(encoding)
    rows = read(raw)
    for done, row in enumerate(rows, 1):
        rest = read_rows(io.BytesIO(raw), "file", Position(row.end, row.number))
        assert list(rest) == rows[done:]


def first(data: str) -> tuple[int, bool]:
    rows, whole = read_first_rows(io.BytesIO(data.encode()), "a")
    return sum(isinstance(row, Row) for row in rows), whole


def test_the_first_rows_are_those_within_four_megabytes() -> None:
    row = {"q": "x" * (MAX_BYTES // 4 + 100_000)}
    for rows in (json.dumps([row] * 9), "\n".join([json.dumps(row)] * 9)):
        assert first(rows) == (3, False)
    assert first(LISTED) == first(LINED) == (10, True)


def test_a_first_row_beyond_four_megabytes_is_told() -> None:
    huge = json.dumps({"q": "x" * MAX_BYTES})
    for data in (f"[{huge}, {huge}]", f"{huge}\n{huge}"):
        rows, whole = read_first_rows(io.BytesIO(data.encode()), "a")
        assert (list(rows), whole) == ([BadRow(1, TOO_LARGE)], False)


@given(st.binary(max_size=60) | st.text('[]{}:,"\\ \n1aé').map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        rows = read(data)
    except InputRefused:
        return
    assert [row.number for row in rows] == sorted({row.number for row in rows})


@given(st.lists(json_objects.filter(bool)), st.sampled_from([None, 1]))
def test_rows_are_those_of_the_standard_reader(rows: list[Any], indent: int | None) -> None:
    text = json.dumps(rows, indent=indent)
    found = read(text, "a.json")
    expected = [clean_json(row)[0] for row in json.loads(text)]
    assert [row.value for row in found if isinstance(row, Row)] == expected
