"""Rows of other products with anything in any place: a trace or a refusal, and no text is lost."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.hostile import json_values
from traces.ingest.cleaning import InputRefused, clean_json
from traces.ingest.detection import Format
from traces.ingest.formats import to_traces
from traces.ingest.parsed import ParsedTrace

from .test_export_files import PHOENIX, call, of_v3
from .test_exported_judgments import LANGFUSE, RUN
from .test_inspect_logs import sample

ROWS = {
    Format.WEAVE: call(), Format.MLFLOW: of_v3(), Format.INSPECT: sample(), Format.SPAN: PHOENIX,
    Format.LANGFUSE: LANGFUSE, Format.LANGSMITH: RUN,
}  # fmt: skip
MARK = "a text that is nowhere else"


def text_of(trace: ParsedTrace) -> str:
    told = [[s.name, s.inputs, s.outputs, s.attributes, s.events] for s in trace.spans]
    return json.dumps([trace.name, trace.attributes, told, trace.judgments])


@settings(max_examples=25, deadline=None)
@given(st.data())
@pytest.mark.parametrize("format", ROWS)
def test_any_value_in_any_place_is_read_or_refused(format: Format, data: Any) -> None:
    row = json.loads(json.dumps(ROWS[format]))
    for key in data.draw(st.lists(st.sampled_from(sorted(row)), max_size=3)):
        row[key] = data.draw(json_values())
    try:
        row, _ = clean_json(row)
        traces = to_traces(row, format, {}, default_name="row 1")
    except InputRefused:
        return
    assert all(trace.trace_id and trace.spans for trace in traces)


@pytest.mark.parametrize("format", ROWS)
def test_an_unknown_key_is_kept_wherever_it_is(format: Format) -> None:
    row = json.loads(json.dumps(ROWS[format]))
    [trace] = to_traces({**row, "unknown": MARK}, format, {}, default_name="row 1")
    assert MARK in text_of(trace)
    for key, value in row.items():
        if isinstance(value, dict) and key not in ("model_usage", "attachments"):
            [trace] = to_traces(
                {**row, key: {**value, "unknown": MARK}}, format, {}, default_name="row 1"
            )
            assert MARK in text_of(trace), key
