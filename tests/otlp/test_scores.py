"""Evaluations by log records and by feedback spans become scores, and never traces."""

from itertools import permutations
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from reviews.models import Score, WaitingScore
from tests import factories
from tests.conftest import Cast

from .conftest import Make
from .sending import Sender, log, logs_request, pairs, refused, refused_logs, request, span

pytestmark = pytest.mark.django_db
RESULT = log(
    "gen_ai.evaluation.result",
    {"gen_ai.evaluation.name": "Helpful", "gen_ai.evaluation.score.value": 0.75,
     "gen_ai.evaluation.score.label": "mostly", "gen_ai.evaluation.explanation": "Says when."},
)  # fmt: skip
JUDGED = span(1, {"session.id": "talk"})


def carrier(number: int = 5, prefix: str = "annotations.0.annotation", **told: Any) -> Span:
    told = {"name": "Polite", "score": 1.0, "label": "yes", "annotator_kind": "HUMAN",
            "identifier": "ada", "explanation": "Kind."} | told  # fmt: skip
    link = Span.Link(trace_id=(1).to_bytes(16, "big"), span_id=(1).to_bytes(8, "big"))
    given = {f"{prefix}.{key}": value for key, value in told.items()}
    return span(number, given | {"session.id": "talk"}, trace=9, links=[link], name="judge")


def send(sender: Sender, one: Any) -> None:
    if isinstance(one, Span):
        assert refused(sender.send(request(one))) == (0, "")
    else:
        assert refused_logs(sender.send(logs_request(one), "/v1/logs")) == (0, "")


def test_both_become_scores_whatever_comes_first(cast: Cast, sender: Make) -> None:
    for order in permutations([RESULT, JUDGED, carrier()]):
        Score.objects.all().delete()
        cast.project.traces.all().delete()
        for one in (*order, order[0]):
            send(sender(), one)
        trace = cast.project.traces.get()
        evaluation, polite = Score.objects.present().order_by("source_kind")
        assert evaluation.target_key == polite.target_key == f"{trace.pk}/{1:016x}"
        assert (str(evaluation.named), evaluation.value) == ("Helpful", 0.75)
        assert (evaluation.source_kind, evaluation.explanation) == ("api", "Says when.")
        assert evaluation.raw is not None
        assert evaluation.raw["gen_ai.evaluation.score.label"] == "mostly"
        assert (polite.source_kind, polite.source_key, polite.value) == ("human", "ada", 1.0)
        assert not WaitingScore.objects.exists()


def test_a_field_of_that_name_takes_what_it_can(cast: Cast, sender: Make) -> None:
    field = factories.make_field(cast.project, "text", name="Helpful")
    send(sender(), JUDGED)
    send(sender(), RESULT)
    score = Score.objects.get()
    assert (score.field, score.value) == (field, "mostly")


def test_scopes_of_feedback(cast: Cast, sender: Make) -> None:
    send(sender(), JUDGED)
    send(sender(), carrier(prefix="trace.evaluations.0.evaluation", annotator_kind="LLM"))
    send(sender(), carrier(6, prefix="session.annotations.0.annotation"))
    trace = cast.project.traces.get()
    scores = {one.target_kind: one for one in Score.objects.all()}
    assert scores["trace"].target_key == str(trace.pk)
    assert (scores["trace"].source_kind, scores["trace"].evaluator) == ("model", "judge")
    assert scores["session"].target_key == "talk"


def test_an_application_span_with_such_attributes_and_no_link_stays_a_span(
    cast: Cast, sender: Make
) -> None:
    send(sender(), span(1, {"annotations.0.annotation.name": "x"}))
    assert cast.project.traces.get().span_count == 1
    assert not WaitingScore.objects.exists()


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"gen_ai.evaluation.score.value": 1.0}, "An evaluation has no name."),
        ({"gen_ai.evaluation.name": "x"}, "An evaluation has neither a score nor a label."),
        ({"gen_ai.evaluation.name": "x", "gen_ai.evaluation.score.label": ["a"]},
         "An evaluation has neither a score nor a label."),
    ],
)  # fmt: skip
def test_an_evaluation_that_says_nothing_is_refused(
    each: Sender, told: dict[str, Any], why: str
) -> None:
    given = logs_request(log("gen_ai.evaluation.result", told))
    assert refused_logs(each.send(given, "/v1/logs")) == (1, why)


def test_a_link_to_nothing_and_hostile_feedback_are_no_error(sender: Make) -> None:
    nowhere = carrier(score="x" * 9000, identifier="\x00" * 300, name="n" * 999)
    nowhere.links[0].trace_id = b""
    count, _ = refused(sender().send(request(nowhere)))
    assert count == 1
    nowhere.links[0].trace_id = b"\7" * 16
    nowhere.attributes.extend(pairs({"evaluations.9999.evaluation.score": 1}))
    assert sender().send(request(nowhere)).status_code == 200


def test_what_another_project_has_is_no_target(cast: Cast, sender: Make) -> None:
    factories.make_trace(cast.other_project, trace_id=f"{1:032x}")
    send(sender(), RESULT)
    assert not Score.objects.exists()
    assert WaitingScore.objects.get().project == cast.project
