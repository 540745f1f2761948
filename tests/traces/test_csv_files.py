"""Tables as text: what is between the cells, what a cell is, rows that cost themselves alone."""

import json
from contextlib import suppress
from io import BytesIO
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traces.ingest.cleaning import InputRefused
from traces.ingest.csv_rows import LATIN, NO_QUOTE
from traces.ingest.csv_shape import MOST_COLUMNS, TOO_MANY_COLUMNS
from traces.ingest.detection import Format, Role
from traces.ingest.plan import plan_for, read_traces
from traces.ingest.records import NOT_UTF8, BadRow, Position, Row
from traces.ingest.rows import read_first_rows, read_rows
from traces.ingest.scanner import MAX_BYTES, TOO_LARGE

from .samples import read_bytes, reasons, values
from .senders import only, read_file


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "\ufeff"])
def test_a_table_is_known_by_its_lines(mark: str, end: str, before: str) -> None:
    lines = [
        ["question", "answer"],
        ["Why?", "Because"],
        ["Who, me?" if mark != "," else "Who", "Yes"],
    ]
    data = (before + end.join(mark.join(line) for line in lines)).encode()
    assert [list(row.values()) for row in values(data, "rows.txt")] == lines[1:]
    assert values(data.decode("utf-8-sig").encode("utf-16"), "rows.csv")[0] == {
        "question": "Why?",
        "answer": "Because",
    }


def test_a_spreadsheets_own_first_line_says_what_is_between_the_cells() -> None:
    assert values("sep=;\nquestion;answer, short\nWhy?;So\n") == [
        {"question": "Why?", "answer, short": "So"}
    ]


def test_a_file_called_csv_may_have_a_single_column() -> None:
    assert values("question\nWhy?\n\nWho?\n", "a.csv") == [
        {"question": "Why?"},
        {"question": "Who?"},
    ]
    with pytest.raises(InputRefused, match="neither JSON nor a table"):
        read_bytes("question\nWhy?\n", "a.txt")


def test_prose_with_commas_is_no_table() -> None:
    with pytest.raises(InputRefused, match="neither JSON nor a table"):
        read_bytes("Dear all,\nthis, I think, is prose,\nand nothing else.\nBye\n", "letter.txt")


def test_a_quoted_cell_holds_marks_quotes_and_line_ends() -> None:
    data = 'question,answer\r\n"a, ""b""\r\nc",d\r\ne,f\r\n'
    assert values(data) == [
        {"question": 'a, "b"\r\nc', "answer": "d"},
        {"question": "e", "answer": "f"},
    ]


def test_ragged_rows_are_refused_one_by_one() -> None:
    rows = read_bytes('q,a,b\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n"1\n2",3\n4,5,6\n', "a.csv")
    assert reasons(rows) == {
        2: "It has 2 cells; the table has 3 columns.",
        3: "It has 4 cells; the table has 3 columns.",
        5: "It has 2 cells, on 2 lines; the table has 3 columns.",
    }
    assert [row.start for row in rows if isinstance(row, BadRow)][:2] == ["1,2", "1,2,3,4"]
    assert [row.number for row in rows if isinstance(row, Row)] == [1, 4, 6]


def test_a_quotation_mark_that_never_closes_costs_its_line_alone() -> None:
    rows = read_bytes('q,a\n1,2\n"open,3\n4,5\n6,7\n')
    assert reasons(rows) == {2: NO_QUOTE}
    assert [row.value["q"] for row in rows if isinstance(row, Row)] == [1, 4, 6]


def test_latin_1_is_read_and_broken_utf_8_is_refused() -> None:
    rows = read_bytes("q,a\ncafé,€\n".encode("cp1252") + "né,é".encode() + b"\xe9\n")
    assert isinstance(rows[0], Row)
    assert (rows[0].value, list(rows[0].notes)) == ({"q": "café", "a": "€"}, [LATIN])
    assert reasons(rows) == {2: NOT_UTF8}


def test_columns_without_a_name_and_doubles_have_names_of_their_own() -> None:
    assert list(values(",q,q,q (2)\n0,1,2,3\n")[0]) == ["column 1", "q", "q (2)", "q (2) (2)"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("7", 7), ("-7", -7), ("007", "007"), ("1.5", 1.5), ("1.50", "1.50"), ("1e3", "1e3"),
        ("+4", "+4"), ("-0", "-0"), ("true", True), ("True", "True"), ("null", "null"),
        ("12345678901234567890", "12345678901234567890"), ("", None), (" x ", " x "),
        ('"{""a"": [1, null]}"', {"a": [1, None]}), ('"[1, 2]"', [1, 2]), ("[broken", "[broken"),
        ("\"{'a': None, 'b': True}\"", {"a": None, "b": True}), ("{1: 'a'}", "{1: 'a'}"),
        ("\"['x' 'y'\"", "['x' 'y'"), ('"[""\\u0000""]"', '["\\u0000"]'),
        ("\"[{'role': 'user'}]\"", [{"role": "user"}]), ('"""{\\""a\\"": 1}"""', {"a": 1}),
    ],
)  # fmt: skip
def test_a_cell_changes_only_where_nothing_is_lost(cell: str, value: object) -> None:
    assert values(f"q,a\nx,{cell}\n") == [{"q": "x", "a": value}]


def test_a_cell_too_deep_or_too_full_stays_text() -> None:
    for text in ("[" * 100 + "]" * 100, "[" + "[]," * 200_001 + "1]"):
        assert values(f'q,a\nx,"{text}"\n', "a.csv") == [{"q": "x", "a": text}]


def test_columns_of_a_group_become_one_object() -> None:
    columns = (
        "trace_id,inputs.question,inputs.docs.0,outputs.answer,attributes.llm.model,gpt-4.1 says"
    )
    data = f"{columns}\nt,Why?,d,So,m,x\n"
    trace = only(data.encode(), "a.csv")
    assert (trace.trace_id, trace.root.inputs) == ("t", {"question": "Why?", "docs": ["d"]})
    assert trace.root.outputs == {"answer": "So"}
    assert trace.attributes == {"gpt-4.1 says": "x", "llm.model": "m"}


def test_a_table_of_conversations_reads_as_such() -> None:
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes"}]
    said = '"' + json.dumps(messages).replace('"', '""') + '"'
    trace = only(f"id,messages,score\nc-1,{said},0\n".encode(), "a.csv")
    assert trace.trace_id == "c-1"
    assert trace.root.outputs == {"messages": [{"role": "assistant", "content": "Yes"}]}
    assert trace.attributes == {"score": 0}


def test_a_column_that_is_empty_in_the_first_row_keeps_its_place() -> None:
    data = b"question,context,answer\nWhy?,,So\nWho?,here,Me\n"
    plan = plan_for(BytesIO(data), "a.csv")
    assert (plan.format, list(plan.roles)) == (Format.FLAT, ["question", "context", "answer"])
    assert plan.roles["context"] is Role.INPUT
    first, second = read_file(data, "a.csv")[0]
    assert first.root.inputs == {"question": "Why?"}
    assert second.root.inputs == {"question": "Who?", "context": "here"}


def test_a_file_goes_on_behind_any_row() -> None:
    data = "q,a\n" + "".join(f'"q {n}\nx",{n}\n' if n % 3 else f"bad {n}\n" for n in range(20))
    whole = read_bytes(data)
    for at, row in enumerate(whole):
        after = Position(row.end, row.number)
        assert list(read_rows(BytesIO(data.encode()), "a.csv", after)) == whole[at + 1 :]


def test_the_first_rows_of_a_large_file_are_whole_ones() -> None:
    line = b"x" * 999 + b",y\n"
    data = b"q,a\n" + line * (MAX_BYTES // len(line) + 1000)
    rows, whole = read_first_rows(BytesIO(data), "a.csv")
    assert not whole
    assert all(isinstance(row, Row) for row in rows)


def test_a_row_beyond_the_limit_is_refused_with_its_beginning() -> None:
    data = b"q,a\nbegins " + b"x" * MAX_BYTES + b",1\ny,2\n"
    rows = read_bytes(data, "a.csv")
    assert reasons(rows) == {1: TOO_LARGE}
    assert isinstance(rows[0], BadRow)
    assert rows[0].start.startswith("begins xxx")
    assert isinstance(rows[1], Row)


def test_too_many_columns_are_refused_with_a_sentence() -> None:
    header = ",".join(f"c{n}" for n in range(10_000))
    with pytest.raises(InputRefused, match=TOO_MANY_COLUMNS):
        read_bytes(f"{header}\n{header}\n", "a.csv")
    header = ",".join(f"c{n}" for n in range(MOST_COLUMNS))
    assert len(values(f"{header}\n{header}\n")) == 1


TABLE = st.text(st.sampled_from("ab\"',;\t\r\n{}[]: \x00é\ud800"), max_size=80)


@settings(max_examples=60, deadline=None)
@given(TABLE, st.sampled_from(["utf-8", "latin-1", "utf-16"]))
def test_no_table_raises_anything_but_a_refusal(text: str, codec: str) -> None:
    data = ("q,a\n" + text).encode(codec, errors="replace")
    with suppress(InputRefused):
        plan = plan_for(BytesIO(data), "a.csv")
        found = list(islice(read_traces(BytesIO(data), "a.csv", plan), 1000))
        assert [row.number for row in found] == list(range(1, len(found) + 1))
