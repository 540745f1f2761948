"""Selected traces as a file with what was judged of them."""

import csv
import io
import json
from typing import Any

import pyarrow.parquet
import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import Event, User
from fields.models import Field
from queues.models import ItemOpened, TraceOpened
from reviews.targets import ScoreTarget
from tests import streamed
from tests.conftest import Cast
from tests.factories import add_items, join, make_field, make_queue, make_trace, make_user
from traces.models import Trace

from .scoring import by_model, score
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast.project, "rating", name="Helpful", settings={"stars": 5})


@pytest.fixture
def traces(cast: Cast, field: Field) -> list[Trace]:
    """The first: two people and a model; the second: nothing."""
    first, second = (make_trace(cast.project, trace_id=f"t-{n}", cost="0.5") for n in (1, 2))
    queue = make_queue(cast.project, fields=[field], annotators=[cast.annotator], name="Tone check")
    add_items(queue, [first])
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "2")
    score(first, cast.manager, 3, field, note="=1+1")
    score(first, by_model("judge", "7"), 0.25, name="Toxicity", explanation="No bad word.")
    span = ScoreTarget.of_span(first.pk, "root")
    score(first, by_model("judge"), False, name="Grounded", target=span)
    return [first, second]


def export(user: User, traces: list[Trace], shape: str, format: str, **more: Any) -> Any:
    client = Client()
    client.force_login(user)
    data = {"trace": [str(one.pk) for one in traces], "confirm": "1"} | more
    address = reverse("judging-traces:trace-export", args=[traces[0].project.slug])
    response: Any = client.post(address, data | {"shape": shape, "format": format})
    assert response.status_code == 200
    return streamed.body(response)


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def parquet(content: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pyarrow.parquet.read_table(io.BytesIO(content)).to_pylist()
    return found


def test_long_has_a_row_for_each_score(cast: Cast, traces: list[Trace]) -> None:
    lines = export(cast.manager, traces, "long", "jsonl").decode().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [(row["field"], row["value"], row["source"]) for row in rows] == [
        ("Helpful", 2, "human"), ("Helpful", 3, "human"), ("Toxicity", 0.25, "model"),
        ("Grounded", False, "model"),
    ]  # fmt: skip
    assert [row["queue"] for row in rows] == ["Tone check", None, None, None]
    assert (rows[2]["version"], rows[2]["explanation"]) == ("7", "No bad word.")
    assert [row["span_id"] for row in rows] == [None, None, None, "root"]
    assert rows[0]["label"] == "2 of 5"


def test_long_csv_guards_spreadsheets_and_parquet_has_types(
    cast: Cast, traces: list[Trace]
) -> None:
    rows = table(export(cast.manager, traces, "long", "csv"))
    assert rows[1]["note"] == "'=1+1"
    assert [row["value"] for row in rows] == ["2", "3", "0.25", "false"]
    typed = parquet(export(cast.manager, traces, "long", "parquet"))
    assert [json.loads(row["value"]) for row in typed] == [2, 3, 0.25, False]
    assert [row["number"] for row in typed] == [2.0, 3.0, 0.25, None]


def test_wide_has_a_row_for_each_trace_and_machines_have_no_part_in_the_consensus(
    cast: Cast, traces: list[Trace], field: Field
) -> None:
    score(traces[0], by_model("other"), 5, field)
    lines = export(cast.manager, traces, "wide", "jsonl").decode().splitlines()
    first, second = (json.loads(line) for line in lines)
    assert first["consensus"] == {"Helpful": {"value": 2.5, "basis": "median"}}
    assert first["answers"]["Helpful"][cast.annotator.email]["value"] == 2
    assert first["scores"]["Helpful"]["other"]["value"] == 5
    assert first["scores"]["Toxicity"]["judge"]["version"] == "7"
    assert "Grounded" not in str(first)
    assert (second["trace_id"], second["answers"], second["consensus"]) == ("t-2", {}, {})


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_wide_tables_have_a_column_for_each_field_and_source(
    cast: Cast, traces: list[Trace], format: str
) -> None:
    content = export(cast.manager, traces, "wide", format)
    first, second = table(content) if format == "csv" else parquet(content)
    headings = [
        f"Helpful · {cast.annotator.email}", f"Helpful · {cast.manager.email}",
        "Toxicity · judge", "consensus · Helpful",
    ]  # fmt: skip
    values = [2, 3, 0.25, 2.5]
    wanted = [str(one) for one in values] if format == "csv" else values
    assert [first[name] for name in headings] == wanted
    assert [second[name] for name in headings] == [""] * 4 if format == "csv" else [None] * 4
    assert first["tags"] == ("" if format == "csv" else [])


def test_all_that_match_are_exported_and_nothing_else(cast: Cast, traces: list[Trace]) -> None:
    more = {"all": "1", "filter": "evaluator:is:judge"}
    rows = table(export(cast.manager, traces, "wide", "csv", **more))
    assert [row["trace_id"] for row in rows] == ["t-1"]


def test_an_export_is_an_event_and_opens_what_it_holds(cast: Cast, traces: list[Trace]) -> None:
    reader = make_user("Ines Duarte")
    join(cast.project, reader, "manager")
    export(reader, traces, "wide", "csv")
    assert Event.objects.get(attribute="export traces wide csv").actor == reader
    assert ItemOpened.objects.filter(user=reader).exists()
    assert TraceOpened.objects.get(user=reader).trace == traces[0]


def test_who_annotates_a_trace_exports_no_direct_judgment_of_it(
    cast: Cast, traces: list[Trace], field: Field
) -> None:
    both = make_user("Ines Duarte")
    join(cast.project, both, "manager")
    queue = make_queue(cast.project, annotators=[both], name="Another")
    add_items(queue, traces[:1])
    rows = table(export(both, traces, "long", "csv"))
    assert [row["annotator"] for row in rows] == [cast.annotator.email, "", ""]
    assert not TraceOpened.objects.exists()


def test_the_page_says_what_is_selected_and_bad_words_are_refused(
    cast: Cast, traces: list[Trace]
) -> None:
    client = Client()
    client.force_login(cast.manager)
    address = reverse("judging-traces:trace-export", args=[cast.project.slug])
    page = client.get(address, {"all": "1"}).content.decode()
    assert "Export 2 traces" in page
    assert "No traces are selected" in client.get(address).content.decode()
    other = make_trace(cast.other_project)
    assert client.get(address, {"trace": str(other.pk)}).status_code == 404
    bad = {"all": "1", "confirm": "1", "shape": "round"}
    assert client.post(address, bad).status_code == 400
    assert not Event.objects.filter(attribute__startswith="export").exists()
