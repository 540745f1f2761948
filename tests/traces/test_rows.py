import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traces.ingest.cleaning import Refused
from traces.ingest.document import Document
from traces.ingest.rows import BadRow, Row, read_rows

DEEP = "[" * 100_000 + "]" * 100_000


def read(data: bytes | str, name: str = "file") -> list[Row | BadRow]:
    raw = data.encode() if isinstance(data, str) else data
    return list(read_rows(io.BytesIO(raw), name))


def values(data: bytes | str, name: str = "file") -> list[dict[str, Any]]:
    rows = read(data, name)
    assert all(isinstance(row, Row) for row in rows), rows
    return [row.value for row in rows if isinstance(row, Row)]


def reasons(rows: list[Row | BadRow]) -> dict[int, str]:
    return {row.number: row.reason for row in rows if isinstance(row, BadRow)}


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


def test_bad_lines_never_spoil_good_ones() -> None:
    lines = [
        '{"q": "first"}',
        '{"q": broken}',
        "[1]",
        '"text"',
        "12",
        "null",
        "{}",
        '{"q": ' + DEEP + "}",
        '{"q": ' + "7" * 5000 + "}",
        '{"q": "last"}',
    ]
    rows = read("\n".join(lines), "a.jsonl")
    assert [row.number for row in rows if isinstance(row, Row)] == [1, 10]
    assert reasons(rows) == {
        2: "It is not valid JSON: column 7: Expecting value.",
        3: "It is a list, not an object.",
        4: "It is text, not an object.",
        5: "It is a number, not an object.",
        6: "It is null, not an object.",
        7: "It is an empty object.",
        8: "It is nested more than 64 levels deep.",
        9: "It holds a whole number of more than 1,000 digits.",
    }


@pytest.mark.parametrize("wrapped", ["%s", '{"data": %s}'])
def test_bad_elements_never_spoil_good_ones(wrapped: str) -> None:
    elements = ['{"q": 1}', "[1]", '{"q": ["]", ' + DEEP + ', "\\"]"]}', '{"q": 2}']
    rows = read(wrapped % f"[{', '.join(elements)}]")
    assert [row.number for row in rows if isinstance(row, Row)] == [1, 4]
    assert reasons(rows) == {
        2: "It is a list, not an object.",
        3: "It is nested more than 64 levels deep.",
    }


@pytest.mark.parametrize(
    "data",
    [b'{"q": "a"}\n{"q": "caf\xe9"}\n{"q": "b"}', b'[{"q": "a"}, {"q": "caf\xe9"}, {"q": "b"}]'],
)
def test_broken_bytes_cost_their_row_alone(data: bytes) -> None:
    rows = read(data)
    assert [row.number for row in rows if isinstance(row, Row)] == [1, 3]
    assert reasons(rows) == {2: "It holds bytes that are not valid UTF-8."}


def test_a_broken_first_line_does_not_hide_that_the_file_is_lines() -> None:
    for name in ("a.jsonl", "a.json"):
        rows = read('{"q": \n{"q": 1}\n{"q": 2}', name)
        assert list(reasons(rows)) == [1]
        assert len(rows) == 3


def test_a_row_that_had_to_be_cleaned_says_so() -> None:
    rows = read('{"q": "a\\u0000b", "n": NaN}\n{"q": "fine"}')
    assert rows == [Row(1, {"q": "a\ufffdb", "n": None}, True), Row(2, {"q": "fine"}, False)]


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ('[{"q": 1},\n {"q": 2}\n {"q": 3}]', "line 3, column 2"),
        ('[{"q": 1},\n {"q": }]', "line 2, column 8"),
        ('[{"q": 1},]', "line 1, column 11"),
        ('[{"q": 1}', "line 1, column 10"),
        ('{"rows": [\n{"q": 1}\n{"q": 2}\n]}', "line 3, column 1"),
        ('{"q" 1}', "line 1, column 6"),
        ("{q: 1}", "line 1, column 2"),
        ('[{"q": "x"}] trailing', "line 1, column 14"),
        ('[{"q": "' + "x" * 100, "line 1, column 8"),
        ('[{"q": ' + "[" * 100_000, "line 1, column 2"),
        ("[" * 5_000 + '"' + r"\"" * 500_000, "line 1, column 2"),
    ],
)
def test_a_syntax_error_refuses_the_file_and_says_where(data: str, where: str) -> None:
    with pytest.raises(Refused, match=rf"^This file is not valid JSON: {where}: .*\.$"):
        read(data, "a.json")


@pytest.mark.parametrize("data", ["", " \n\t\r\n ", "\ufeff", "\ufeff\n"])
def test_an_empty_file_is_refused(data: str) -> None:
    with pytest.raises(Refused, match=r"^This file is empty"):
        read(data)


@pytest.mark.parametrize("data", ["[]", '{"data": []}', '{"rows": [], "total": 0}'])
def test_a_file_without_rows_is_refused(data: str) -> None:
    with pytest.raises(Refused, match=r"^This file holds no rows"):
        read(data)


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
        (b"question,answer\nwhat,that\n", "CSV"),
        (b"1,2\n3,4\n", "CSV"),
        (b"question\tanswer\nwhat\tthat\n", "CSV"),
        (b"just some words", "not JSON"),
        (b"\x00\x01\x02\x03", "not text"),
        (b"\xff\xfe\x00\xd8", "UTF-16"),
    ],
)
def test_another_kind_of_file_is_named(data: bytes, what: str) -> None:
    with pytest.raises(Refused, match=what):
        read(data, "traces.json")


@pytest.mark.parametrize(("data", "what"), [("5", "a number"), ('"x"', "text"), ("null", "null")])
def test_a_single_value_is_no_rows(data: str, what: str) -> None:
    with pytest.raises(Refused, match=f"^This file holds {what}, not rows"):
        read(data)


def test_a_file_is_refused_before_its_first_row_is_asked_for() -> None:
    with pytest.raises(Refused):
        read_rows(io.BytesIO(b'[{"q": 1}, {]'), "a.json")


@given(st.binary(max_size=60) | st.text('[]{}:,"\\ \n1aé').map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        rows = read(data)
    except Refused:
        return
    assert rows


def plain(content: Any) -> Any:
    if isinstance(content, list):
        return [plain(item) for item in content]
    if isinstance(content, dict):
        return {key: plain(item) for key, item in content.items()}
    return content.value


@given(
    st.text('[]{}:,"\\ \n1ae')
    | st.recursive(
        st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    ).map(json.dumps)
)
def test_documents_are_valid_exactly_when_the_standard_reader_says_so(text: str) -> None:
    try:
        expected = json.loads(text)
    except json.JSONDecodeError:
        with pytest.raises(json.JSONDecodeError):
            Document(text.encode()).read()
    else:
        assert plain(Document(text.encode()).read()) == expected
