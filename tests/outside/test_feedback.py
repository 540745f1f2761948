"""Evaluations and feedback, sent by OpenTelemetry's SDK, become scores and no traces."""

from opentelemetry._logs import LogRecord
from opentelemetry.trace import Link, set_span_in_context

from .sending import find, sending
from .site import Site


def test_an_evaluation_and_a_feedback_span_become_scores(site: Site) -> None:
    with sending(site, twice=True) as providers:
        tracer = providers.spans.get_tracer("shop")
        judged = tracer.start_span("judged", attributes={"input.value": "Is it mended?"})
        feedback = {"name": "Polite", "annotator_kind": "HUMAN", "identifier": "customer-7",
                    "score": 1.0, "label": "yes", "explanation": "Kind."}  # fmt: skip
        carrier = tracer.start_span(
            "feedback",
            attributes={f"annotations.0.annotation.{key}": one for key, one in feedback.items()},
            links=[Link(judged.get_span_context())],
        )
        told = {"name": "Faithful", "score.value": 0.75, "explanation": "Noon is named."}
        attributes = {f"gen_ai.evaluation.{key}": one for key, one in told.items()}
        about = set_span_in_context(judged)
        providers.logs.get_logger("shop").emit(
            LogRecord(event_name="gen_ai.evaluation.result", context=about, attributes=attributes)
        )
        carrier.end()
        judged.end()
    trace_id = f"{judged.get_span_context().trace_id:032x}"
    assert find(site, trace_id)["trace"]["span_count"] == 1
    other = f"{carrier.get_span_context().trace_id:032x}"
    assert site.api("GET", f"traces/{other}").status == 404
    scores = site.api("GET", f"scores?trace_id={trace_id}").json["items"]
    found = {one["name"]: (one["source"], one["value"], one["explanation"]) for one in scores}
    assert len(scores) == 2
    assert found == {"Polite": ("human", 1.0, "Kind."), "Faithful": ("api", 0.75, "Noon is named.")}
