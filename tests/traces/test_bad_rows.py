"""A row that cannot be read says where and why, and the rows around it are read."""

import pytest

from traces.ingest.cleaning import InputRefused
from traces.ingest.records import NOT_UTF8, BadRow, Row
from traces.ingest.rows import FOLLOWED, NO_VALUE
from traces.ingest.scanner import MAX_BYTES, NO_END, NOT_CLOSED, TOO_LARGE

from .samples import read_bytes as read
from .samples import reasons

DEEP = "[" * 100_000 + "]" * 100_000


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
    assert reasons(rows) == {2: NOT_UTF8}


def test_a_broken_first_line_does_not_hide_that_the_file_is_lines() -> None:
    for name in ("a.jsonl", "a.json"):
        rows = read('{"q": \n{"q": 1}\n{"q": 2}', name)
        assert list(reasons(rows)) == [1]
        assert len(rows) == 3


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            '[{"q": 1},\n {"q": 2}\n {"q": 3}, {"q": 4}]',
            {1: "", 2: "line 2 of it, column 2: Extra data", 3: ""},
        ),
        ('[{"q": 1}, {"q": }, {"q": 2}]', {1: "", 2: "column 7: Expecting value", 3: ""}),
        (
            '{"rows": [\n{"q": 1}\n{"q": 2}\n, {"q": 3}]}',
            {1: "line 2 of it, column 1", 2: ""},
        ),
        ('[{"q": [1}, {"q": 2}]', {1: "column 9: Expecting ',' delimiter", 2: ""}),
        ('{"q" 1}', {1: "column 6: Expecting ':'"}),
        ("{q: 1}", {1: "column 2: Expecting property name"}),
        ('[{"q": 1},,{"q": 2}]', {1: "", 2: NO_VALUE, 3: ""}),
        ('[{"q": "x"}] trailing', {1: "", 2: FOLLOWED}),
        ('{"q": "x"} trailing', {1: "", 2: FOLLOWED}),
        ('[{"q": 1}', {1: "", 2: NO_END}),
        ('[{"q": 1},', {1: "", 2: NO_END}),
        ('{"rows": [{"q": 1}', {1: "", 2: NO_END}),
        ('[{"q": 1}, {"q": "' + "x" * 100, {1: "", 2: NOT_CLOSED}),
        ('[{"q": 1}, {"q": ' + "[" * 100_000, {1: "", 2: "It is nested more than 64 levels deep."}),
        ("[" * 5_000 + '"' + r"\"" * 500_000, {1: "It is nested more than 64 levels deep."}),
        ('[{"q": 1}, {"q": "' + "x" * MAX_BYTES + '"}, {"q": 2}]', {1: "", 2: TOO_LARGE, 3: ""}),
        ('{"q": "' + "x" * MAX_BYTES + '"}\n{"q": 2}', {1: TOO_LARGE, 2: ""}),
        ('{"q":\n"' + "x" * MAX_BYTES + '"}', {1: TOO_LARGE}),
    ],
)
def test_a_syntax_error_costs_its_row_and_says_where(data: str, expected: dict[int, str]) -> None:
    rows = read(data, "a.json")
    found = {row.number: row.reason if isinstance(row, BadRow) else "" for row in rows}
    assert list(found) == list(expected)
    for number, reason in expected.items():
        assert reason in found[number]
        assert bool(reason) == bool(found[number])


def test_a_trailing_comma_loses_nothing() -> None:
    assert read('[{"q": 1},]') == [Row(1, {"q": 1})]


def test_lists_on_lines_are_refused_one_by_one() -> None:
    assert reasons(read('["a", {"b": 1}]\n["c", {"d": 2}]\n')) == {
        1: "It is a list, not an object.",
        2: "It is a list, not an object.",
    }


@pytest.mark.parametrize(
    "data", [b'{"q": "a", "b": [1, 2', b'{"q": "a"', b'{"q": {"a": 1}', b'{\n "q": "a",\n "b"']
)
def test_an_object_that_is_cut_off_says_so_alone_and_as_the_last_line(data: bytes) -> None:
    assert reasons(read(data)) == {1: NOT_CLOSED}
    line = data.replace(b"\n", b"")
    assert reasons(read(b'{"q": 1}\n{"q": 2}\n' + line)) == {3: NOT_CLOSED}


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_file_in_another_unicode_is_read(codec: str) -> None:
    rows = read('[{"q": "caf\u00e9"}]'.encode(codec))
    assert [row.value for row in rows if isinstance(row, Row)] == [{"q": "caf\u00e9"}]


def test_utf_32_is_refused_by_its_name() -> None:
    with pytest.raises(InputRefused, match="This file is UTF-32 text"):
        read("[]".encode("utf-32"))
