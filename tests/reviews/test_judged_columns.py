"""Columns of judgments in the list of traces: which are told, to whom, and that it is noted."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Membership, User
from fields.models import Field
from queues.actions.items.rounds import reopen_item
from queues.models import ItemOpened, TraceOpened
from reviews.targets import ScoreTarget
from tests.conftest import Cast
from tests.factories import add_items, make_field, make_queue, make_trace
from traces.list_columns import MOST_JUDGED
from traces.models import ScoreName, Trace

from .judging import Judge, answer, reviewed_queue
from .scoring import by_model, score

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast.project, "text", name="Reason")


@pytest.fixture
def trace(cast: Cast) -> Trace:
    return make_trace(cast.project)


def key(field: Field | ScoreName) -> str:
    return f"feedback.{field.lineage if isinstance(field, Field) else field.pk}"


def cells(client: Client, trace: Trace, *columns: str) -> list[str]:
    """What the cells of judgments say, row by row."""
    address = reverse("traces:trace-list", args=[trace.project.slug])
    page = client.get(address, {"columns": ",".join(columns)}).content.decode()
    found = re.findall(r'<td class="judged"[^>]*>(.*?)</td>', page, re.S)
    return [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in found]


def test_answers_of_completed_items_are_told_and_of_others_not(
    cast: Cast, trace: Trace, field: Field, browser_of: BrowserOf
) -> None:
    queue = make_queue(
        cast.project, fields=[field], annotators=[cast.annotator, cast.second],
        annotations_required=2,
    )  # fmt: skip
    add_items(queue, [trace])
    answer(queue, cast.annotator, value="too curt")
    for user in (cast.manager, cast.viewer):
        assert cells(browser_of(user), trace, key(field)) == ["–"]
    assert not ItemOpened.objects.exists()
    item = answer(queue, cast.second, value="too curt")
    for user in (cast.manager, cast.viewer):
        assert cells(browser_of(user), trace, key(field)) == ["too curt"]
    opened = set(ItemOpened.objects.values_list("item", "user"))
    assert opened == {(item.pk, cast.manager.pk), (item.pk, cast.viewer.pk)}
    reopen_item(queue=queue, item_id=item.pk, reason="New guideline", actor=SYSTEM)
    assert cells(browser_of(cast.manager), trace, key(field)) == ["–"]


def test_direct_scores_of_people_models_and_names_without_a_field_are_told(
    cast: Cast, trace: Trace, browser_of: BrowserOf
) -> None:
    helpful = make_field(cast.project, "rating", name="Helpful", settings={"stars": 5})
    score(trace, cast.manager, 4, helpful)
    score(trace, by_model("judge"), 4, helpful)
    score(trace, by_model("judge"), 0.5, name="Toxicity")
    name = ScoreName.objects.get()
    told = cells(browser_of(cast.viewer), trace, key(helpful), key(name))
    assert told == ["4 of 5", "0.5"]
    score(trace, by_model("other"), 2, helpful)
    assert cells(browser_of(cast.viewer), trace, key(helpful)) == ["4 of 5 2 of 3"]
    assert list(TraceOpened.objects.values_list("user", flat=True)) == [cast.viewer.pk]


def test_a_final_value_takes_the_place_of_the_answers_on_its_item(
    cast: Cast, trace: Trace, field: Field, browser_of: BrowserOf
) -> None:
    people = [cast.annotator, cast.second]
    queue = reviewed_queue(cast.project, people, [cast.reviewer], items=0, fields=[field])
    add_items(queue, [trace])
    answer(queue, cast.annotator, value="one reason")
    item = answer(queue, cast.second, value="other reason")
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.approve(item, "settled")
    assert cells(browser_of(cast.viewer), trace, key(field)) == ["settled"]


def test_who_annotates_the_trace_reads_no_direct_score_in_the_list(
    cast: Cast, trace: Trace, field: Field, browser_of: BrowserOf
) -> None:
    score(trace, cast.manager, "secretword", field)
    queue = make_queue(cast.project, annotators=[cast.annotator])
    add_items(queue, [trace])
    Membership.objects.filter(user=cast.annotator).update(role="manager")
    client = browser_of(cast.annotator)
    assert cells(client, trace, key(field)) == ["–"]
    assert not TraceOpened.objects.exists()
    answer(queue, cast.annotator)
    assert cells(client, trace, key(field)) == ["secretword"]
    assert TraceOpened.objects.get().user == cast.annotator


def test_fields_of_other_projects_and_strange_names_are_no_columns(
    cast: Cast, trace: Trace, field: Field, browser_of: BrowserOf
) -> None:
    other = make_field(cast.other_project, "text", name="Elsewhere")
    address = reverse("traces:trace-list", args=[cast.project.slug])
    for strange in (key(other), "feedback.", "feedback.x", "feedback.\x00", "feedback"):
        client = browser_of(cast.manager)
        page = client.get(address, {"columns": f"status,{strange}"})
        assert [column.key for column in page.context["columns"]] == ["status"]
        assert "Elsewhere" not in page.content.decode()
        chosen = client.post(reverse("traces:columns-choose", args=[cast.project.slug]),
                             {"column": [strange, "status"]})  # fmt: skip
        assert chosen.status_code == 302


def test_a_column_of_judgments_is_chosen_kept_and_ordered(
    cast: Cast, trace: Trace, field: Field, browser_of: BrowserOf
) -> None:
    client = browser_of(cast.viewer)
    page = client.get(reverse("traces:trace-list", args=[cast.project.slug]))
    assert f'value="{key(field)}"' in page.content.decode()
    choose = reverse("traces:columns-choose", args=[cast.project.slug])
    client.post(choose, {
        "column": ["status", key(field)], f"place-{key(field)}": "1", "place-status": "2",
    })  # fmt: skip
    page = client.get(reverse("traces:trace-list", args=[cast.project.slug]))
    assert [column.label for column in page.context["columns"]] == ["Reason", "Status"]


def test_only_so_many_columns_of_judgments_are_shown_and_that_is_said(
    cast: Cast, trace: Trace, browser_of: BrowserOf
) -> None:
    fields = [make_field(cast.project, name=f"Field {number}") for number in range(10)]
    client = browser_of(cast.viewer)
    choose = reverse("traces:columns-choose", args=[cast.project.slug])
    page = client.post(choose, {"column": list(map(key, fields))}, follow=True)
    assert len(page.context["columns"]) == MOST_JUDGED
    assert "8 columns of judgments at most" in page.content.decode()


def test_the_list_costs_as_many_statements_for_many_judged_traces_as_for_one(
    cast: Cast, field: Field, browser_of: BrowserOf
) -> None:
    queue = make_queue(cast.project, annotators=[cast.annotator], fields=[field])
    client = browser_of(cast.manager)

    def judged() -> Trace:
        trace = make_trace(cast.project, session_id="s 1")
        add_items(queue, [trace])
        answer(queue, cast.annotator, value="words")
        score(trace, cast.viewer, "words", field)
        return trace

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            cells(client, first, key(field))
        return len(asked)

    first = judged()
    score(first, cast.viewer, "words", field, target=ScoreTarget.of_session("s 1"))
    statements()
    few = statements()
    for _ in range(5):
        judged()
    assert statements() == few
