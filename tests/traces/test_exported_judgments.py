"""Evaluations and feedback in the exports of other products: who says what of what."""

from typing import Any

import pytest

from traces.ingest.formats.judged.entries import MOST
from traces.ingest.parsed import ParsedTrace

from .senders import lines, only, read_file
from .test_export_files import PHOENIX, as_csv, as_parquet, call, of_v3
from .test_inspect_logs import json_log, sample

SCORES: list[dict[str, Any]] = [
    {"id": "s1", "traceId": "lf-1", "observationId": None, "name": "Helpful", "value": 0.5,
     "stringValue": None, "dataType": "NUMERIC", "source": "EVAL", "comment": "It helps.",
     "timestamp": "2026-01-03T10:00:00Z"},
    {"id": "s2", "traceId": "lf-1", "observationId": "o-1", "name": "Right", "value": 1,
     "stringValue": "True", "dataType": "BOOLEAN", "source": "ANNOTATION",
     "authorUserId": "mei", "timestamp": "2026-01-04T10:00:00Z"},
    {"id": "s3", "traceId": "lf-1", "name": "Tone", "value": 0, "stringValue": "curt",
     "dataType": "CATEGORICAL", "source": "API", "timestamp": "2026-01-02T10:00:00Z"},
]  # fmt: skip
LANGFUSE: dict[str, Any] = {
    "trace": {"id": "lf-1", "name": "shop", "timestamp": "2026-01-02T10:00:00Z", "input": "Loaf?"},
    "observations": [{"id": "o-1", "traceId": "lf-1", "type": "GENERATION", "output": "Gladly."}],
    "scores": SCORES,
}
FEEDBACK: list[dict[str, Any]] = [
    {"id": "f1", "run_id": "r-1", "key": "correct", "score": 1.0, "value": None,
     "comment": "As it should.", "feedback_source": {"type": "app", "user_name": "Mei Tanaka"}},
    {"id": "f2", "run_id": "r-1", "key": "tone", "score": None, "value": "kind",
     "feedback_source": {"type": "model", "metadata": {"__run": {}}}},
]  # fmt: skip
RUN: dict[str, Any] = {
    "id": "r-1", "trace_id": "r-1", "run_type": "chain", "name": "answer", "inputs": {"q": 1},
    "outputs": {"a": 2}, "feedback": FEEDBACK,
    "feedback_stats": {"correct": {"n": 1, "avg": 1.0}, "length": {"n": 1, "avg": 0.25},
                       "often": {"n": 3, "avg": 0.5}},
}  # fmt: skip
REACTIONS: list[dict[str, Any]] = [
    {"feedback_type": "wandb.reaction.1", "payload": {"emoji": emoji}, "creator": "Mei",
     "created_at": f"2026-01-02T10:00:0{number}Z"}
    for number, emoji in enumerate("👍🎉")
]  # fmt: skip
OF_WEAVE: list[dict[str, Any]] = [
    *REACTIONS,
    {"feedback_type": "wandb.note.1", "payload": {"note": "Too long"}, "wb_user_id": "u-9"},
    {"feedback_type": "wandb.annotation.right", "payload": {"value": False}, "creator": "Mei"},
    {"feedback_type": "wandb.runnable.judge", "runnable_ref": "weave:///t/p/op/judge:v2",
     "payload": {"output": {"score": 0.5, "reason": "Short."}}},
    {"feedback_type": "latency", "payload": {"value": 3}},
    {"feedback_type": "wandb.annotation.empty", "payload": {}},
]  # fmt: skip
TOLD = ("name", "said", "kind", "key", "evaluator", "version", "explanation")


def told(trace: ParsedTrace, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(one, name) for name in columns) for one in trace.judgments]


@pytest.mark.parametrize("inside", [True, False])
def test_scores_of_langfuse_the_latest_last(inside: bool) -> None:
    within = {"trace": {**LANGFUSE["trace"], "scores": SCORES}, "scores": None}
    trace = only({**LANGFUSE, **within} if inside else LANGFUSE)
    assert told(trace, *TOLD) == [
        ("Tone", ["curt", 0], "api", "langfuse", "", "", ""),
        ("Helpful", [0.5], "model", "", "Helpful", "", "It helps."),
        ("Right", [True, 1], "human", "mei", "", "", ""),
    ]
    assert told(trace, "trace_id", "span_id") == [("lf-1", ""), ("lf-1", ""), ("lf-1", "o-1")]
    assert trace.judgments[0].raw == SCORES[2]
    assert "scores" not in trace.attributes


def test_scores_of_a_session_of_langfuse_are_the_sessions() -> None:
    [one] = only({**LANGFUSE, "scores": [{"name": "Kind", "value": 1, "sessionId": "s"}]}).judgments
    assert (one.trace_id, one.span_id, one.session_id) == ("", "", "s")


def test_ids_of_scores_alone_stay_as_they_came() -> None:
    row = {"id": "lf-1", "timestamp": "2026-01-02T10:00:00Z", "input": "Loaf?", "userId": "u",
           "sessionId": "s", "scores": ["id-1", "id-2"]}  # fmt: skip
    trace = only([row])
    assert (trace.attributes["scores"], trace.judgments) == (["id-1", "id-2"], [])


def test_feedback_of_langsmith_and_statistics_of_one_entry() -> None:
    child = {**RUN, "id": "r-2", "parent_run_id": "r-1", "feedback_stats": None}
    trace = only({**RUN, "child_runs": [child]})
    assert told(trace, *TOLD)[:3] == [
        ("correct", [1.0], "human", "Mei Tanaka", "", "", "As it should."),
        ("tone", ["kind"], "model", "", "tone", "", ""),
        ("length", [0.25], "api", "langsmith", "", "", ""),
    ]
    assert [span for _, span in told(trace, "name", "span_id")] == ["", "", "", "r-2", "r-2"]
    assert trace.root.attributes["feedback_stats"] == {"often": {"n": 3, "avg": 0.5}}
    assert "feedback" not in trace.root.attributes


@pytest.mark.parametrize("write", [lines, as_csv, as_parquet])
def test_evaluations_of_phoenix_as_columns(write: Any) -> None:
    trace = only(write([PHOENIX]), "spans")
    assert told(trace, *TOLD) == [
        ("Helpful", [1.0, "yes"], "model", "", "Helpful", "", "It helps.")
    ]
    assert told(trace, "trace_id", "span_id") == [("t-1", "aa11")]
    assert not [key for key in trace.root.attributes if key.startswith("eval.")]


@pytest.mark.parametrize("by_name", [True, False])
def test_annotations_of_phoenix_beside_a_span(by_name: bool) -> None:
    one = {"annotator_kind": "HUMAN", "result": {"label": "good", "score": 1, "explanation": "Yes"},
           "identifier": "mei"}  # fmt: skip
    two = {"annotator_kind": "CODE", "label": "short"}
    listed: Any = [{"name": "Tone", **one}, {"name": "Length", **two}]
    row = {**PHOENIX, "annotations": {"Tone": [one], "Length": [two]} if by_name else listed}
    for key in ("label", "score", "explanation"):
        del row[f"eval.Helpful.{key}"]
    trace = only(lines([row]), "spans.jsonl")
    assert told(trace, *TOLD) == [
        ("Tone", [1, "good"], "human", "mei", "", "", "Yes"),
        ("Length", ["short"], "model", "", "Length", "", ""),
    ]
    assert "annotations" not in trace.root.attributes


def test_assessments_of_mlflow_without_what_was_expected_or_replaced() -> None:
    whole = of_v3()
    span = whole["data"]["spans"][0]["span_id"]
    expected = {"assessment_name": "answer", "expectation": {"value": "Yes"}}
    replaced = {"assessment_name": "helpful", "feedback": {"value": False}, "valid": False}
    whole["info"]["assessments"] = [
        {"assessment_name": "helpful", "feedback": {"value": True}, "rationale": "It helps.",
         "source": {"source_type": "HUMAN", "source_id": "mei@example.org"}},
        {"assessment_name": "safe", "feedback": {"value": "yes"}, "span_id": span,
         "source": {"source_type": "LLM_JUDGE", "source_id": "default"}},
        expected, replaced,
    ]  # fmt: skip
    trace = only(whole)
    assert told(trace, *TOLD) == [
        ("helpful", [True], "human", "mei@example.org", "", "", "It helps."),
        ("safe", ["yes"], "model", "", "safe", "", ""),
    ]
    assert told(trace, "trace_id", "span_id") == [("tr-1", ""), ("tr-1", b"12345678".hex())]
    assert trace.attributes["assessments"] == [expected, replaced]


def test_scores_of_inspect_by_scorer() -> None:
    scores = {
        "match": {"value": "C", "answer": "bread", "explanation": "It is bread."},
        "judge": {"value": {"tone": 0.5, "safe": True}}, "words": {"value": ["a"]},
    }  # fmt: skip
    trace = only(json_log(sample(scores=scores)), "log.json")
    assert told(trace, *TOLD) == [
        ("match", ["C", True, 1.0], "model", "", "match", "", "It is bread."),
        ("judge.tone", [0.5], "model", "", "judge", "", ""),
        ("judge.safe", [True], "model", "", "judge", "", ""),
    ]
    assert trace.attributes["scores"] == {"words": {"value": ["a"]}}


def test_feedback_of_weave_by_its_type() -> None:
    given = call(summary={"weave": {"feedback": OF_WEAVE, "status": "success"}})
    trace = only(lines([given]), "calls.jsonl")
    assert sorted(told(trace, *TOLD)) == [
        ("Note", ["Too long"], "human", "u-9", "", "", ""),
        ("Reaction", ["👍 🎉"], "human", "Mei", "", "", ""),
        ("judge.reason", ["Short."], "model", "", "judge", "v2", ""),
        ("judge.score", [0.5], "model", "", "judge", "v2", ""),
        ("latency", [3], "api", "weave", "", "", ""),
        ("right", [False], "human", "Mei", "", "", ""),
    ]
    assert {one.span_id for one in trace.judgments} == {"c-2"}
    left = trace.root.attributes["summary"]["weave"]
    assert left == {"feedback": [OF_WEAVE[-1]], "status": "success"}
    top = call(parent_id=None, summary={"weave": {"feedback": REACTIONS}})
    trace = only(lines([top]), "calls.jsonl")
    assert told(trace, "span_id", "said") == [("", ["👍 🎉"])]
    assert "summary" not in trace.root.attributes


def test_a_list_without_end_is_read_in_part_and_the_rest_stays() -> None:
    many = [{"name": f"n{number}", "value": number} for number in range(MOST + 2)]
    trace = only({**LANGFUSE, "scores": many})
    assert len(trace.judgments) == MOST
    assert trace.attributes["scores"] == many[MOST:]


@pytest.mark.parametrize("odd", [None, "x", 3, {"a": 1}, [[]], [{"name": 5}], [{"value": {}}]])
def test_what_is_no_score_is_left_where_it_was(odd: Any) -> None:
    rows = [
        {**LANGFUSE, "scores": odd}, {**RUN, "feedback": odd, "feedback_stats": odd},
        {**sample(), "scores": odd},
    ]  # fmt: skip
    for row in rows:
        traces, refused = read_file([row], "a.json")
        assert refused == []
        assert traces[0].judgments == []
