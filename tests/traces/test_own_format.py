from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traces.hostile import json_values
from traces.ingest.cleaning import InputRefused, clean_json
from traces.ingest.detection import Format
from traces.ingest.formats import to_traces
from traces.ingest.formats.one_root import CIRCLE, LOST_PARENT
from traces.ingest.formats.own import END_FIRST, SPAN_KEYS, TRACE_KEYS, UNKNOWN_KIND
from traces.ingest.parsed import MAX_SPANS, ParsedTrace


def own(**row: Any) -> ParsedTrace:
    return to_traces(row, Format.OWN, {}, default_name="run")[0]


def spans(*pairs: tuple[str, str | None], **rest: Any) -> list[dict[str, Any]]:
    return [{"span_id": own_id, "parent_id": parent, **rest} for own_id, parent in pairs]


def parents(trace: ParsedTrace) -> dict[str, str | None]:
    return {span.span_id: span.parent_id for span in trace.spans}


def test_every_key_of_the_format_is_read() -> None:
    trace = own(
        trace_id="t-1",
        name="refund",
        session_id="s",
        user_id=7,
        start="2024-05-01T10:00:00Z",
        end="2024-05-01T10:00:02.250Z",
        status="OK",
        model="small-1",
        tokens_in=10,
        tokens_out=0,
        cost="0.000000125",
        tags=["vip", "eu"],
        attributes={"items": 1, "a.b": {"c": None}},
        inputs={"q": "?"},
        outputs={"a": "!"},
        spans=[
            {
                "span_id": "r",
                "name": "handle",
                "kind": "agent",
                "attributes": {"k": 1},
                "events": [{"name": "retry"}],
            },
            {"span_id": "l", "parent_id": "r", "kind": "LLM", "status": "error",
             "start": 1714557600000, "inputs": {"x": 1}, "outputs": {"y": 2}},
        ],
    )  # fmt: skip
    assert (trace.trace_id, trace.name, trace.session_id, trace.user_id) == (
        "t-1", "refund", "s", "7",
    )  # fmt: skip
    assert trace.start == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert (trace.latency_ms, trace.status, trace.model) == (2250, "ok", "small-1")
    assert (trace.tokens_in, trace.tokens_out, trace.cost) == (10, 0, Decimal("1.25E-7"))
    assert trace.tags == ["vip", "eu"]
    assert trace.attributes == {"items": 1, "a.b": {"c": None}}
    root, inner = trace.spans
    assert (root.span_id, root.name, root.kind, root.inputs, root.outputs) == (
        "r", "handle", "agent", {"q": "?"}, {"a": "!"},
    )  # fmt: skip
    assert (root.attributes, root.events, root.status) == ({"k": 1}, [{"name": "retry"}], "ok")
    assert (inner.kind, inner.status, inner.name) == ("llm", "error", "llm")
    assert inner.start == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert trace.notes == []


def test_a_trace_without_spans_gets_a_root() -> None:
    trace = own(inputs={"q": 1})
    assert [span.inputs for span in trace.spans] == [{"q": 1}]
    assert (trace.name, trace.root.name, len(trace.trace_id)) == ("run", "run", 32)


def test_what_only_the_top_span_tells_is_the_traces_too() -> None:
    trace = own(
        spans=[
            {"span_id": "r", "inputs": {"q": 1}, "outputs": {"a": 2}, "status": "error",
             "start": "2024-05-01", "end": "2024-05-02"}
        ]
    )  # fmt: skip
    assert (trace.root.inputs, trace.root.outputs) == ({"q": 1}, {"a": 2})
    assert (trace.status, trace.latency_ms) == ("error", 86_400_000)


def test_several_top_spans_get_a_root_with_the_first_input_and_the_last_output() -> None:
    steps = spans(("a", None), ("b", ""), ("c", "b"))
    steps[0]["inputs"], steps[1]["outputs"] = {"q": 1}, {"a": 2}
    trace = own(trace_id="t", spans=steps)
    root = trace.root.span_id
    assert parents(trace) == {root: None, "a": root, "b": root, "c": "b"}
    assert (trace.root.inputs, trace.root.outputs) == ({"q": 1}, {"a": 2})


def test_a_top_span_that_tells_another_story_stays_below_the_root() -> None:
    trace = own(inputs={"q": 1}, spans=[{"span_id": "a", "inputs": {"q": 2}}])
    assert [span.inputs for span in trace.spans] == [{"q": 1}, {"q": 2}]
    assert trace.spans[1].parent_id == trace.root.span_id


def test_a_lost_parent_is_replaced_by_the_root() -> None:
    trace = own(inputs={"q": 1}, spans=spans(("a", "gone"), ("r", None), ("b", "a")))
    assert parents(trace) == {"r": None, "a": "r", "b": "a"}
    assert trace.notes == [LOST_PARENT]


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", "a")],
        [("a", "b"), ("b", "a")],
        [("r", None), ("a", "b"), ("b", "c"), ("c", "a"), ("d", "b")],
    ],
)
def test_circles_of_parents_are_opened(pairs: list[tuple[str, str | None]]) -> None:
    trace = own(inputs={"q": 1}, spans=spans(*pairs))
    assert trace.notes == [CIRCLE]
    assert_one_tree(trace)


def assert_one_tree(trace: ParsedTrace) -> None:
    known = parents(trace)
    assert [own_id for own_id, parent in known.items() if parent is None] == [trace.root.span_id]
    reached = {trace.root.span_id}
    while more := {own_id for own_id, parent in known.items() if parent in reached} - reached:
        reached |= more
    assert reached == known.keys()
    assert len(known) == len(trace.spans)


names = st.sampled_from("abcdef")


@given(st.dictionaries(names, st.none() | names | st.just("gone"), min_size=1), st.booleans())
def test_any_parents_make_one_tree(links: dict[str, str | None], told: bool) -> None:
    trace = own(inputs={"q": 1} if told else {}, spans=spans(*links.items(), inputs={"q": 2}))
    assert_one_tree(trace)
    assert links.keys() <= parents(trace).keys()


def test_the_longest_chain_of_spans_is_taken_and_one_more_refused() -> None:
    chain = spans(*((str(n), str(n - 1) if n else None) for n in range(MAX_SPANS)))
    assert len(own(spans=chain).spans) == MAX_SPANS
    with pytest.raises(InputRefused, match=r"^spans: must be at most 10,000"):
        own(spans=[*chain, {"span_id": "more"}])


def test_an_end_before_its_start_is_dropped_with_a_note() -> None:
    trace = own(inputs={"q": 1}, start="2024-05-02", end="2024-05-01")
    assert (trace.end, trace.latency_ms, trace.notes) == (None, None, [END_FIRST])
    inner = own(spans=[{"span_id": "a", "start": "2024-05-02", "end": "2024-05-01"}])
    assert (inner.root.end, inner.notes) == (None, [END_FIRST])


def test_an_unknown_kind_becomes_other_with_a_note() -> None:
    trace = own(spans=[{"span_id": "a", "kind": "reranker"}])
    assert (trace.root.kind, trace.notes) == ("other", [UNKNOWN_KIND])


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"inputs": "text"}, "inputs: must be an object."),
        ({"inputs": {}}, "inputs: a trace needs inputs, outputs or spans."),
        ({"spans": {}}, "spans: must be a list."),
        ({"spans": [{"span_id": "a"}, 5]}, "spans[1]: must be an object."),
        ({"spans": [{"name": "a"}]}, "spans[0].span_id: is missing or nothing but zeros."),
        ({"spans": [{"span_id": "0" * 16}]},
         "spans[0].span_id: is missing or nothing but zeros."),
        ({"spans": [{"span_id": "a"}, {"span_id": "a"}]},
         "spans[1].span_id: is the id of an earlier span."),
        ({"spans": [{"span_id": "a" * 65}]}, "spans[0].span_id: must have at most 64 characters."),
        ({"spans": [{"span_id": "a", "start": "soon"}]},
         "spans[0].start: must be a time: ISO 8601 text or a Unix time."),
        ({"spans": [{"span_id": "a", "events": [1]}]}, "spans[0].events[0]: must be an object."),
        ({"spans": [{"span_id": "a", "inputs": []}]}, "spans[0].inputs: must be an object."),
        ({"trace_id": "x" * 129}, "trace_id: must have at most 128 characters."),
        ({"trace_id": ["x"]}, "trace_id: must be text or a whole number."),
        ({"start": "9999-12-31T23:59:59Z"}, "start: must be between the years 1970 and 9998."),
        ({"start": "0001-01-01T00:00:00+14:00"},
         "start: must be a time: ISO 8601 text or a Unix time."),
        ({"start": 10**18 * 10**9}, "start: must be a time: ISO 8601 text or a Unix time."),
        ({"start": True}, "start: must be a time: ISO 8601 text or a Unix time."),
        ({"status": "maybe"}, "status: must be ok, error or unset."),
        ({"tokens_in": -1}, "tokens_in: must be a whole number, zero or more."),
        ({"tokens_out": 2**31}, "tokens_out: must be a whole number, zero or more."),
        ({"cost": "free"}, "cost: must be a number."),
        ({"cost": "1e999999"}, "cost: must be zero or more, and less than 1,000,000,000."),
        ({"tags": "a"}, "tags: must be a list of texts."),
        ({"tags": [1]}, "tags: must be text."),
        ({"tags": [str(n) for n in range(51)]}, "tags: must be at most 50."),
        ({"attributes": []}, "attributes: must be an object."),
        ({"model": {"name": "m"}}, "model: must be text."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place(row: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        own(**({"inputs": {"q": 1}} | row))
    assert str(refusal.value) == sentence


keys = st.sampled_from(sorted(TRACE_KEYS | SPAN_KEYS))


@given(st.dictionaries(keys, json_values(keys), max_size=6))
def test_any_row_that_says_it_is_ours_is_read_or_refused(row: dict[str, Any]) -> None:
    clean, _ = clean_json(row)
    try:
        trace = own(**clean)
    except InputRefused:
        return
    assert_one_tree(trace)


def test_unknown_keys_beside_inputs_and_outputs_are_attributes() -> None:
    span = {"span_id": "a", "retries": 2, "attributes": {"k": 1}}
    trace = own(inputs={"q": "x"}, channel="chat", notes="n", spans=[span])
    assert trace.attributes == {"channel": "chat", "notes": "n"}
    assert trace.spans[0].attributes == {"retries": 2, "k": 1}


def test_a_span_tells_its_model_tokens_and_cost() -> None:
    told = {"model": "small-1", "tokens_in": 5, "tokens_out": 2, "cost": "0.5"}
    span = own(spans=[{"span_id": "a", **told}]).spans[0]
    assert (span.model, span.tokens_in, span.tokens_out, str(span.cost)) == (
        "small-1", 5, 2, "0.500000000",
    )  # fmt: skip
