"""One OTLP request of any size is cut into its spans as it streams by."""

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traces.ingest.records import BadRow, Position, Row
from traces.ingest.rows import read_first_rows, read_rows
from traces.ingest.scanner import NO_END, NOT_CLOSED, TOO_LARGE
from traces.ingest.span_cutting import TOO_MUCH_AROUND, cut_spans

from .senders import otlp, otlp_span

RESOURCES = [
    otlp(otlp_span(1, {"a": '"]}'}), otlp_span(2, {}), **{"service.name": "first"}),
    otlp(),
    otlp(otlp_span(3, {"b": "\\"}), **{"service.name": "second"}),
]
MANY = {
    "resourceSpans": [one["resourceSpans"][0] for one in RESOURCES],
    "also": {"spans": [{"not": "a span"}]},
}


def read(data: bytes, after: Position | None = None) -> list[Row | BadRow]:
    return list(read_rows(BytesIO(data), "a.json", after))


def spans(rows: list[Row | BadRow]) -> list[tuple[str, str]]:
    """The id of each row's span, and its service."""
    found = []
    for row in rows:
        assert isinstance(row, Row)
        (group,) = row.value["resourceSpans"]
        (scoped,) = group["scopeSpans"]
        (span,) = scoped["spans"]
        assert scoped["scope"] == {"name": "bakery.tracer"}
        name = group["resource"]["attributes"][0]["value"]["stringValue"]
        found.append((span["spanId"][-1], name))
    return found


ALL = [("1", "first"), ("2", "first"), ("3", "second")]


@pytest.mark.parametrize("indent", [None, 2, 700])
def test_each_span_is_a_row_with_its_resource_and_scope(indent: int | None) -> None:
    data = json.dumps(MANY, indent=indent).encode()
    assert spans(read(data)) == ALL
    snake = data.replace(b"resourceSpans", b"resource_spans").replace(b"scopeSpans", b"scope_spans")
    assert spans(read(snake)) == ALL
    rows, whole = read_first_rows(BytesIO(data), "a.json")
    assert (spans(list(rows)), whole) == (ALL, True)


@given(st.lists(st.integers(1, 400), max_size=30), st.sampled_from([None, 1]))
def test_it_does_not_matter_where_chunks_end(sizes: list[int], indent: int | None) -> None:
    data = json.dumps(MANY, indent=indent).encode()
    start = data.index(b"[") + 1
    chunks, at = [], 0
    for size in sizes:
        chunks.append(data[at : at + size])
        at += size
    cut = list(cut_spans([*chunks, data[at:]], start))
    whole = list(cut_spans([data], start))
    assert [one.data for one in cut] == [one.data for one in whole]
    assert len(cut) == 3


def test_reading_goes_on_behind_a_row() -> None:
    data = json.dumps(MANY).encode()
    rows = read(data)
    for row in rows:
        assert read(data, Position(row.end, row.number)) == rows[row.number :]


@pytest.mark.parametrize("cut", range(1, 400, 7))
def test_a_file_that_is_cut_off_says_so_and_gives_what_is_whole(cut: int) -> None:
    data = json.dumps(MANY).encode()
    rows = read(data[: data.index(b'"spans"') + 10 + cut])
    assert isinstance(rows[-1], BadRow)
    assert rows[-1].reason in (NO_END, NOT_CLOSED)
    assert spans(rows[:-1]) == ALL[: len(rows) - 1]


@pytest.mark.parametrize(
    ("spoil", "reasons"),
    [
        (lambda one: one["scopeSpans"][0]["spans"].append([1]), ["It is a list, not an object."]),
        (lambda one: one["scopeSpans"].insert(0, 5), ["It is a number, not an object."]),
        (lambda one: one["scopeSpans"][0]["spans"][0].update(x="y" * 5_000_000), [TOO_LARGE]),
        (lambda one: one["resource"].update(x="y" * 70_000), [TOO_MUCH_AROUND] * 2),
        (lambda one: one.update(scopeSpans={"spans": []}), []),
        (lambda one: one.update(resource=None), []),
    ],
)  # fmt: skip
def test_what_is_wrong_costs_itself_alone(spoil: Any, reasons: list[str]) -> None:
    groups = json.loads(json.dumps(MANY))
    spoil(groups["resourceSpans"][0])
    rows = read(json.dumps(groups).encode())
    assert [row.reason for row in rows if isinstance(row, BadRow)] == reasons
    last = rows[-1]
    assert isinstance(last, Row)
    assert spans([last]) == [ALL[-1]]


@pytest.mark.parametrize("text", ["", "[]", "{}", "[{}]", "[[[", '{"spans": ', "]", ",,", '"'])
def test_whatever_is_in_the_list_ends(text: str) -> None:
    for before in ("", '{"scopeSpans": [', '{"scopeSpans": [{"spans": ['):
        data = b'{"resourceSpans": [' + before.encode() + text.encode()
        for row in read(data) + read(data + b"]}]}]}"):
            assert row.number > 0
