"""Values that no database or reader can hold cost themselves, or their span, and nothing more."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests import factories
from tests.conftest import Cast

from .sending import JSON, NOON, PROTOBUF, Sender, any_value, in_json, pairs, refused, request, span

pytestmark = pytest.mark.django_db
GOOD = span(9, {"k": "v"}, trace=9)
NO_IDS = "A span has no traceId and spanId."


@pytest.mark.parametrize(
    "bad",
    [
        span(1, trace=0),
        span(0),
        Span(name="no ids"),
        Span(trace_id=b"\1" * 16),
        Span(span_id=b"\1" * 8),
        Span(trace_id=b"\1" * 200, span_id=b"\1" * 8),
    ],
)
def test_a_span_without_ids_costs_itself_alone(cast: Cast, each: Sender, bad: Span) -> None:
    count, why = refused(each.send(request(bad, GOOD)))
    assert count == 1
    assert why == NO_IDS or "id or name must" in why
    assert cast.project.traces.get().trace_id == f"{9:032x}"


def test_only_spans_without_ids_are_taken_and_all_refused(each: Sender) -> None:
    assert refused(each.send(request(Span(name="a"), Span(name="b")))) == (2, NO_IDS)


def test_texts_and_numbers_that_cannot_be_stored_are_replaced(cast: Cast, each: Sender) -> None:
    values = {
        "nul": "a\x00b",
        "nan": float("nan"),
        "inf": float("inf"),
        "k\x00": 1,
        "big": 2**63 - 1,
    }
    bad = span(1, values, name="x\x00y", events=[Span.Event(name="\x00", attributes=pairs(values))])
    assert refused(each.send(request(bad))) == (0, "")
    (stored,) = cast.project.traces.get().spans.all()
    assert stored.attributes["nul"] == "a\ufffdb"
    assert stored.attributes["k\ufffd"] == 1
    assert stored.attributes["big"] == 2**63 - 1
    assert stored.attributes["nan"] in (None, "NaN")
    assert "\x00" not in stored.name


def test_ends_before_starts_and_circles_are_taken(cast: Cast, each: Sender) -> None:
    late = span(1, end_time_unix_nano=NOON - 1, parent=2)
    circle = [late, span(2, parent=1), span(3, parent=3), span(4, start_time_unix_nano=2**64 - 1)]
    assert refused(each.send(request(*circle))) == (0, "")
    trace = cast.project.traces.get()
    assert trace.span_count == 4
    assert trace.latency is None or trace.latency >= 0
    assert trace.spans.get(span_id=f"{1:016x}").end is None


@pytest.mark.parametrize("levels", [50, 90, 200, 5000])
def test_what_is_nested_too_deep_costs_its_span(cast: Cast, each: Sender, levels: int) -> None:
    if each.kind == JSON:
        text = json.dumps(in_json(request(GOOD)))
        attribute = f'{{"key": "deep", "value": {_deep_json(levels)}}}'
        bad = f'{{"traceId": "{"1" * 32}", "spanId": "{"1" * 16}", "attributes": [{attribute}]}}'
        body = text.replace('"spans": [', f'"spans": [{bad}, ').encode()
    else:
        body = _deep_protobuf(levels)
    response = each.send(body, **({"Content-Encoding": "gzip"} if each.packed else {}))
    count, why = refused(response)
    assert (count, bool(why)) in ((1, True), (0, False))
    assert cast.project.traces.filter(trace_id=f"{9:032x}").exists()


def _deep_json(levels: int) -> str:
    return '{"arrayValue": {"values": [' * levels + '{"stringValue": "deep"}' + "]}}" * levels


def _deep_protobuf(levels: int) -> bytes:
    """Put together by hand: the library makes none that it would not read."""

    def message(tag: bytes, data: bytes) -> bytes:
        size, left = b"", len(data)
        while left > 127:
            size, left = size + bytes([left & 127 | 128]), left >> 7
        return tag + size + bytes([left]) + data

    value = any_value("deep").SerializeToString()
    for _ in range(levels):
        value = message(b"\x2a", message(b"\x0a", value))
    attribute = message(b"\x0a", b"deep") + message(b"\x12", value)
    bad = span(1).SerializeToString() + message(b"\x4a", attribute)
    inner = message(b"\x12", bad) + message(b"\x12", GOOD.SerializeToString())
    return message(b"\x0a", message(b"\x12", inner))


def test_a_name_of_nothing_but_hostile_attributes_makes_no_object(cast: Cast, each: Sender) -> None:
    keys = {"__proto__.x": 1, "constructor": "c", "items": "i", "a.b.c": 2, "": "empty"}
    assert refused(each.send(request(span(1, keys)))) == (0, "")
    (stored,) = cast.project.traces.get().spans.all()
    assert keys.items() <= stored.attributes.items()


KEYS = st.sampled_from(
    ["gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "input.value",
     "llm.input_messages.0.message.content", "llm.input_messages.99999999.message", "session.id",
     "gen_ai.prompt.0.content", "ai.prompt.messages", "tag.tags", "gen_ai.usage.input_tokens",
     "operation.cost", "gen_ai.operation.name", "traceloop.entity.input", "metadata"]
)  # fmt: skip
TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        '[{"role": 1}]',
        '{"messages": [[]]}',
        '"\\ud800"',
        "[" * 300,
        "1" * 400,
        "NaN",
        '[{"parts": 3}]',
    ]
)
NAMES = TEXTS.filter(str.isprintable)
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.binary(max_size=9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
ATTRIBUTES = st.dictionaries(KEYS | st.text(max_size=9), VALUES, max_size=6)
EVENTS = st.sampled_from(["gen_ai.user.message", "gen_ai.choice", "x"]) | st.text(max_size=5)
SPANS = st.builds(
    lambda number, trace, parent, times, attributes, event, told: span(
        number, attributes, trace=trace, parent=parent, start_time_unix_nano=times[0],
        end_time_unix_nano=times[1], events=[Span.Event(name=event, attributes=pairs(told))],
    ),
    st.integers(0, 3), st.integers(0, 2), st.integers(0, 3),
    st.tuples(*[st.integers(0, 2**64 - 1) | st.just(NOON)] * 2), ATTRIBUTES, EVENTS, ATTRIBUTES,
)  # fmt: skip


class TestAnyBody(TestCase):
    def setUp(self) -> None:
        self.project, user = factories.make_project(), factories.make_user()
        factories.join(self.project, user, "manager")
        _, self.secret = factories.make_secret_token(self.project, user, "ingest")

    @settings(max_examples=80, deadline=None)
    @given(st.lists(SPANS, max_size=4), st.booleans())
    def test_any_spans_are_taken_or_refused(self, spans: list[Span], as_json: bool) -> None:
        asked = request(*spans)
        count, why = refused(
            Sender(self.secret, JSON if as_json else "application/x-protobuf").send(asked)
        )
        ids = [one for one in spans if any(one.trace_id) and any(one.span_id)]
        assert count == len(spans) - len(ids), why

    @settings(max_examples=80, deadline=None)
    @given(st.binary(max_size=60), st.data())
    def test_any_bytes_are_an_answer(self, some: bytes, data: st.DataObject) -> None:
        whole = request(GOOD).SerializeToString()
        cut = data.draw(st.integers(0, len(whole)))
        for kind in (JSON, PROTOBUF):
            for body in (some, whole[:cut] + some + whole[cut:]):
                assert Sender(self.secret, kind).send(body).status_code in (200, 400)
