"""Filters by judgments: of whom, by which evaluator, under a name alone; and what they hide."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from fields.models import Field
from reviews.targets import ScoreTarget
from tests.conftest import Cast
from tests.factories import add_items, make_field, make_queue, make_trace
from traces.filters import TraceFilter
from traces.models import ScoreName, Trace
from traces.score_names import evaluators_of

from .scoring import by_model, score
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast.project, "rating", name="Helpful", settings={"stars": 5})


@pytest.fixture
def traces(cast: Cast, field: Field) -> list[Trace]:
    """Judged by a person as 2, by a model as 4, by another under a name alone; and by nobody."""
    found = [make_trace(cast.project, name=f"n{number}") for number in range(4)]
    score(found[0], cast.manager, 2, field)
    score(found[1], by_model("judge"), 4, field)
    score(found[2], by_model("check: a%b"), 0.5, name="Toxicity")
    return found


def names(cast: Cast, *rows: str) -> list[str]:
    query = QueryDict(mutable=True)
    query.setlist("filter", list(rows))
    filter = TraceFilter.from_query(query)
    assert filter.problems == []
    found = filter.queryset(cast.project).values_list("name", flat=True)
    listed = {pk for _, pk in filter.keys(cast.project)}
    assert listed == set(filter.queryset(cast.project).values_list("pk", flat=True))
    return sorted(found)


def test_by_whom(cast: Cast, traces: list[Trace], field: Field) -> None:
    about = f"feedback.{field.lineage}"
    found = {
        by: names(cast, f"{about}{by}:gte:1")
        for by in ("", "~human", "~model", "~model/judge", "~api")
    }
    assert found == {
        "": ["n0", "n1"], "~human": ["n0"], "~model": ["n1"], "~model/judge": ["n1"], "~api": [],
    }  # fmt: skip
    assert names(cast, "judged_by:is:model") == ["n1", "n2"]
    assert names(cast, "judged_by:is_empty") == ["n3"]
    assert names(cast, "judged_by:is_not:human") == ["n1", "n2", "n3"]


def test_by_evaluator_and_by_a_name_that_no_field_has(cast: Cast, traces: list[Trace]) -> None:
    assert names(cast, "evaluator:is:check: a%b") == ["n2"]
    assert names(cast, "evaluator:starts_with:JUD") == ["n1"]
    assert names(cast, "evaluator:is_empty") == ["n0", "n3"]
    name = ScoreName.objects.get()
    assert names(cast, f"feedback.{name.pk}:lt:0.6") == ["n2"]
    assert names(cast, f"feedback.{name.pk}~model/check%3A a%25b:is:0.5") == ["n2"]


@pytest.mark.parametrize("by", ["~nobody", "~human/judge", "~/judge", "~api/judge"])
def test_a_source_that_is_none_is_refused_with_a_sentence(
    cast: Cast, traces: list[Trace], field: Field, by: str
) -> None:
    query = QueryDict(mutable=True)
    query.setlist("filter", [f"feedback.{field.lineage}{by}:is:4"])
    [problem] = TraceFilter.from_query(query).problems
    assert "people" in problem


def test_what_people_judged_is_found_by_nobody_while_a_queue_asks(
    cast: Cast, traces: list[Trace], field: Field
) -> None:
    asked = make_field(cast.project, "text")
    queue = make_queue(cast.project, fields=[asked], annotators=[cast.annotator])
    add_items(queue, traces[:2])
    about = f"feedback.{field.lineage}:is_not_empty"
    assert names(cast, about) == ["n1"]  # a model's bars nobody
    assert names(cast, "judged_by:is:human") == []
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "words")
    assert names(cast, about) == ["n0", "n1"]
    assert names(cast, "judged_by:is:human") == ["n0"]


def test_a_score_of_a_session_finds_each_of_its_traces(cast: Cast, field: Field) -> None:
    both = [make_trace(cast.project, name=name, session_id="s") for name in ("a", "b")]
    score(both[0], by_model(), 4, field, target=ScoreTarget.of_session("s"))
    assert names(cast, f"feedback.{field.lineage}:is:4") == ["a", "b"]


def test_evaluators_are_listed_once_by_name(cast: Cast, traces: list[Trace]) -> None:
    for trace in traces:
        score(trace, by_model("judge"), 1, name="x")
    score(make_trace(cast.other_project), by_model("elsewhere"), 1, name="x")
    assert evaluators_of(cast.project) == ["check: a%b", "judge"]
    assert evaluators_of(cast.other_project) == ["elsewhere"]


def test_the_form_s_row_chooses_field_or_name_and_who(
    cast: Cast, traces: list[Trace], field: Field
) -> None:
    client = Client()
    client.force_login(cast.manager)
    row: dict[str, Any] = {
        "row": "r", "column": "feedback", "of": str(field.lineage), "by": "model/judge",
        "operator": "is", "value": "4", "until": "",
    }  # fmt: skip
    address = reverse("traces:filter-row", args=[cast.project.slug])
    page = client.get(address, row).content.decode()
    assert '<option value="model/judge" selected' in " ".join(page.split())
    assert "Toxicity" in page
    listed = client.get(reverse("traces:trace-list", args=[cast.project.slug]), row, follow=True)
    told = listed.content.decode()
    assert [name for name in ("n0", "n1", "n2", "n3") if f">{name}<" in told] == ["n1"]
    assert f"filter=feedback.{field.lineage}~model%2Fjudge%3Ais%3A4" in listed.redirect_chain[0][0]
