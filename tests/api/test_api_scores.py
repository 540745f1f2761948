"""Scores that programs send and read."""

from typing import Any

import pytest

from fields.models import Field
from queues.models import ItemOpened, TraceOpened
from reviews.invariants import check
from reviews.models import Score
from tests import factories
from tests.conftest import Cast
from tests.reviews.scoring import by_model, score
from tests.reviews.working import Worker
from traces.models import Trace

from .conftest import Make, Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def trace(cast: Cast) -> Trace:
    return factories.make_trace(cast.project, trace_id="t-1", session_id="s 1")


@pytest.fixture
def field(cast: Cast) -> Field:
    return factories.make_field(cast.project, "rating", name="Helpful", settings={"stars": 5})


def send(asking: Program, *scores: dict[str, Any], **headers: str) -> Any:
    return asking.ask("POST", f"{asking.base}/scores", {"scores": list(scores)}, **headers)


def listed(asking: Program, query: str = "") -> list[dict[str, Any]]:
    response = asking.ask("GET", f"{asking.base}/scores?{query}")
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["items"]
    return found


def faults(response: Any) -> list[str]:
    assert response.status_code == 422, response.content
    return [one["path"] for one in response.json()["errors"]]


def judged(value: Any, **more: Any) -> dict[str, Any]:
    return {"trace_id": "t-1", "evaluator": "judge", "version": "2", "value": value} | more


def test_a_model_s_scores_are_stored_and_told_again(
    program: Make, trace: Trace, field: Field
) -> None:
    asking = program("read", "ingest")
    response = send(
        asking,
        judged(4, field=str(field.pk), explanation="Polite."),
        judged(0.25, name="Toxicity", span_id="root", metadata={"label": "low"}),
    )
    assert response.json()["added"] == 2
    named, of_field = listed(asking)
    assert (of_field["value"], of_field["name"], of_field["source"]) == (4, "Helpful", "model")
    assert (of_field["explanation"], of_field["version"]) == ("Polite.", "2")
    assert (of_field["trace"], of_field["trace_id"]) == (str(trace.pk), "t-1")
    assert (named["field"], named["name"], named["span_id"]) == (None, "Toxicity", "root")
    one = asking.ask("GET", f"{asking.base}/scores/{named['id']}")
    assert one.json() == named
    assert asking.ask("GET", f"{asking.base}/scores/{2**70}").status_code == 404
    assert Score.objects.get(pk=named["id"]).raw == {"label": "low"}
    assert Score.objects.get(pk=named["id"]).token == asking.token
    assert check() == []


def test_a_name_that_a_field_has_is_that_field(program: Make, trace: Trace, field: Field) -> None:
    asking = program("ingest")
    assert send(asking, judged(5, name="HELPFUL")).status_code == 200
    assert Score.objects.get().field == field
    assert faults(send(asking, judged(9, name="helpful"))) == ["body.scores[0].value"]


def test_the_same_again_adds_nothing_and_another_value_replaces(
    program: Make, trace: Trace
) -> None:
    asking = program("ingest")
    results = [
        send(asking, judged(value, name="x")).json()["results"][0]["result"]
        for value in (1, 1, 2, True)
    ]
    assert results == ["added", "already_there", "replaced", "replaced"]


def test_one_fault_stores_nothing_and_each_has_its_place(
    program: Make, cast: Cast, trace: Trace, field: Field
) -> None:
    elsewhere = factories.make_trace(cast.other_project, trace_id="there")
    archived = factories.make_field(cast.project, archived_at="2026-01-01T00:00Z")
    foreign = factories.make_field(cast.other_project)
    bad = {
        "value": judged(7, field=str(field.pk)),
        "trace_id": judged(1, name="x", trace_id=str(elsewhere.pk)),
        "span_id": judged(1, name="x", span_id="nothing"),
        "session_id": judged(1, name="x", trace_id=None, session_id="nothing"),
        "field": judged(1, field=str(field.pk), name="x"),
        "evaluator": judged(1, name="x", source="api"),
        "version": {"trace_id": "t-1", "name": "x", "value": 1, "version": "2"},
    }
    more = [
        judged(1, field=str(archived.pk)),
        judged(1, field=str(foreign.pk)),
        judged([], name="x"),
    ]
    response = send(program("ingest"), judged(1, name="good"), *bad.values(), *more)
    places = [
        f"body.scores[{n}].{key}" for n, key in enumerate([*bad, "field", "field", "value"], 1)
    ]
    assert faults(response) == places
    assert not Score.objects.exists()


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"scores": []}, "body.scores"),
        ({}, "body.scores"),
        ({"scores": [{"trace_id": "t-1", "name": "x"}]}, "body.scores[0].value"),
        ({"scores": [judged(1, name="x", unknown=1)]}, "body.scores[0].unknown"),
        ({"scores": [judged(1, name="x" * 201)]}, "body.scores[0].name"),
        ({"scores": [judged(1, field="no id")]}, "body.scores[0].field"),
        ({"scores": [judged(1, name="x")] * 501}, "body.scores"),
    ],
)
def test_a_body_of_another_form_says_where(
    program: Make, trace: Trace, body: Any, place: str
) -> None:
    asking = program("ingest")
    response = asking.ask("POST", f"{asking.base}/scores", body)
    assert place in faults(response)


def test_a_repeat_with_its_key_answers_as_the_first(program: Make, trace: Trace) -> None:
    asking, key = program("ingest"), {"Idempotency-Key": "k"}
    first = send(asking, judged(1, name="x"), **key)
    assert send(asking, judged(1, name="x"), **key).json() == first.json()
    assert send(asking, judged(2, name="x"), **key).status_code == 409
    assert Score.objects.count() == 1


def test_people_are_outsiders_by_identifier_or_the_owner_where_the_token_may_judge(
    program: Make, cast: Cast, trace: Trace
) -> None:
    said = {"trace_id": "t-1", "name": "Thumbs", "value": True, "source": "human"}
    outside = program("ingest")
    assert send(outside, said | {"identifier": "customer 7"}).status_code == 200
    assert faults(send(outside, said)) == ["body.scores[0].identifier"]
    assert send(program("write"), said).status_code == 200
    people = Score.objects.order_by("pk").values_list("annotator", "source_key", "source_kind")
    assert list(people) == [(None, "customer 7", "human"), (cast.manager.pk, "", "human")]


def test_the_list_is_filtered_and_goes_on_by_its_cursor(
    program: Make, cast: Cast, trace: Trace, field: Field
) -> None:
    other = factories.make_trace(cast.project, trace_id="t-2")
    score(trace, by_model("a"), 1, field)
    score(other, by_model("b"), 2, field)
    score(trace, by_model("a"), "low", name="Risk")
    asking = program("read")
    queries = {
        "trace_id=t-1": 2, f"trace_id={trace.pk}": 2, f"field={field.pk}": 2, "name=risk": 1,
        "evaluator=b": 1, "source=human": 0, "session_id=s 1": 0, "since=2100-01-01": 0,
        f"field={field.lineage}": 0,
    }  # fmt: skip
    assert {query: len(listed(asking, query.replace(" ", "%20"))) for query in queries} == queries
    first = asking.ask("GET", f"{asking.base}/scores?limit=2").json()
    rest = asking.ask("GET", f"{asking.base}/scores?limit=2&cursor={first['next_cursor']}").json()
    ids = [one["id"] for one in first["items"] + rest["items"]]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), rest["next_cursor"]) == (3, None)
    other_list = f"?limit=2&evaluator=a&cursor={first['next_cursor']}"
    assert asking.ask("GET", f"{asking.base}/scores{other_list}").status_code == 422


@pytest.mark.parametrize("query", ["unknown=1", "trace_id=nothing", "source=cat", "field=x"])
def test_a_query_with_a_slip_is_refused(program: Make, trace: Trace, query: str) -> None:
    asking = program("read")
    response = asking.ask("GET", f"{asking.base}/scores?{query}")
    assert faults(response) == [query.partition("=")[0]]


def test_answers_of_completed_items_alone_are_listed_and_opened(
    program: Make, cast: Cast, trace: Trace
) -> None:
    asked = factories.make_field(cast.project, "text", name="Why")
    queue = factories.make_queue(
        cast.project, fields=[asked], annotators=[cast.annotator, cast.second],
        annotations_required=2,
    )  # fmt: skip
    factories.add_items(queue, [trace])
    for user, seen in ((cast.annotator, 0), (cast.second, 2)):
        worker = Worker(queue, user)
        worker.submit(worker.claim(), "words")
        assert len(listed(program("read"))) == seen
    assert listed(program("read"), f"queue={queue.pk}")[0]["annotator"]["name"] == cast.second.name
    assert ItemOpened.objects.get().user == cast.manager


def test_an_owner_who_annotates_the_trace_reads_no_direct_judgment_of_it(
    program: Make, cast: Cast, trace: Trace, field: Field
) -> None:
    both = factories.make_user("Ines Duarte")
    factories.join(cast.project, both, "manager")
    score(trace, cast.manager, 3, field)
    queue = factories.make_queue(cast.project, annotators=[both])
    factories.add_items(queue, [trace])
    assert listed(program("read", by=both)) == []
    assert not TraceOpened.objects.exists()
    assert len(listed(program("read", by=cast.viewer))) == 1
    assert TraceOpened.objects.get().user == cast.viewer


def test_withdrawing(program: Make, cast: Cast, trace: Trace, field: Field) -> None:
    other = factories.make_user("Ines Duarte")
    factories.join(cast.project, other, "manager")
    asking = program("write")
    machine, own, theirs = (
        score(trace, by, 3, field).id for by in (by_model(), cast.manager, other)
    )  # fmt: skip
    there = factories.make_trace(cast.other_project)
    foreign = score(there, by_model(), 1, name="x").id
    for pk, status in ((machine, 204), (machine, 404), (own, 204), (theirs, 404), (foreign, 404)):
        response = asking.ask("DELETE", f"{asking.base}/scores/{pk}")
        assert response.status_code == status
    assert asking.ask("DELETE", f"{asking.base}/scores/{10**30}").status_code == 404
    assert set(Score.objects.present().values_list("pk", flat=True)) == {theirs, foreign}


@pytest.mark.parametrize("name", ["name", "evaluator", "session_id", "trace_id"])
def test_a_text_that_cannot_be_stored_is_that_of_no_score(program: Make, name: str) -> None:
    asking = program("read")
    response = asking.ask("GET", f"{asking.base}/scores?{name}=a%00b")
    assert response.status_code == (422 if name == "trace_id" else 200)
    assert response.json().get("items", []) == []
