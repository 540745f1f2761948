"""Datasets by the API: the same actions as on the pages, with the same results."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from annotate_site.jobs import run_job
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Event, Job
from queues.actions.items.rounds import reopen_item
from queues.models import ItemOpened
from tests import factories, streamed
from tests.conftest import Cast
from tests.reviews.datasets.test_queue_dataset import choice, complete, send
from tests.reviews.datasets.test_queue_dataset import queue as queue
from traces.datasets import adding, stored_rows
from traces.datasets.models import Dataset, DatasetRow

from .conftest import Make, Program

pytestmark = pytest.mark.django_db
LONG = "x" * 2000  # no path is so long
ROWS = [
    {
        "id": "case-1",
        "inputs": {"q": "Eggs?"},
        "expected": {"a": 9},
        "annotations": {"Right": True},
    },
    {"id": "case-2", "inputs": {"q": "Milk?"}, "annotations": {"Right": False}},
]


class Datasets:
    """`ask` takes what comes behind the address of one dataset."""

    def __init__(self, asking: Program, **first: Any) -> None:
        self.asking = asking
        made = asking.ask("POST", f"{asking.base}/datasets", {"name": "Eggs"} | first)
        assert made.status_code == 201, made.content
        self.made = made.json()

    def ask(self, method: str, rest: str = "", body: Any = None, **headers: str) -> Any:
        path = f"{self.asking.base}/datasets/{self.made['id']}{rest}"
        return self.asking.ask(method, path, body, **headers)

    def add(self, **body: Any) -> dict[str, Any]:
        told = self.ask("POST", "/versions", body)
        assert told.status_code == 201, told.content
        answer: dict[str, Any] = told.json()
        return answer

    def rows(self, number: int = 1) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", f"/versions/{number}/rows").json()["items"]
        return found


@pytest.fixture
def eggs(program: Make) -> Datasets:
    return Datasets(program())


def test_a_dataset_is_made_read_changed_and_listed(cast: Cast, program: Make) -> None:
    asking = program()
    eggs = Datasets(asking, description="For counting")
    Datasets(asking, name="Bread")
    assert (eggs.made["version"], eggs.made["rows"], eggs.made["archived_at"]) == (None, None, None)
    changed = eggs.ask("PATCH", "", {"name": "Hens", "archived": True}).json()
    assert (changed["name"], changed["description"]) == ("Hens", "For counting")
    assert changed["archived_at"]
    listed = asking.ask("GET", f"{asking.base}/datasets").json()
    assert [one["name"] for one in listed["items"]] == ["Bread"]
    first = asking.ask("GET", f"{asking.base}/datasets?archived=true&limit=1").json()
    rest = f"archived=true&limit=1&cursor={first['next_cursor']}"
    second = asking.ask("GET", f"{asking.base}/datasets?{rest}").json()
    assert [one["name"] for one in first["items"] + second["items"]] == ["Bread", "Hens"]
    assert second["next_cursor"] is None
    taken = asking.ask("POST", f"{asking.base}/datasets", {"name": "BREAD"})
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    event = Event.objects.filter(attribute="archived").get()
    assert (event.actor, event.actor_kind) == (cast.manager, "token")


def test_rows_become_versions_and_again_add_nothing(eggs: Datasets) -> None:
    assert eggs.add(rows=ROWS, note="First")["version"] == 1
    assert eggs.add(rows=ROWS) == {
        "added": 0, "changed": 0, "removed": 0, "already_there": 2, "not_found": 0,
        "version": None, "job": None,
    }  # fmt: skip
    again = eggs.add(rows=[ROWS[0] | {"expected": {"a": 0}}, {"inputs": {"q": "Tea?"}}])
    assert (again["added"], again["changed"], again["version"]) == (1, 1, 2)
    first, second = eggs.rows(1), eggs.rows(2)
    assert [row["inputs"]["q"] for row in second] == ["Eggs?", "Milk?", "Tea?"]
    assert (first[0]["expected"], second[0]["expected"]) == ({"a": 9}, {"a": 0})
    assert [row["annotations"] for row in first] == [{"Right": True}, {"Right": False}]
    assert [row["source"] for row in first] == ["row:case-1", "row:case-2"]
    without = eggs.add(without=[second[1]["id"]])
    assert (without["removed"], without["version"]) == (1, 3)
    versions = eggs.ask("GET", "/versions").json()["items"]
    assert [(one["number"], one["rows"], one["note"]) for one in versions] == [
        (3, 2, ""), (2, 3, ""), (1, 2, "First"),
    ]  # fmt: skip


def test_traces_become_rows_by_name_by_id_and_by_filter(cast: Cast, eggs: Datasets) -> None:
    named = factories.make_trace(cast.project, trace_id="a-1")
    other = factories.make_trace(cast.project, status="error")
    factories.make_trace(cast.other_project, trace_id="foreign")
    columns = {"inputs": {"messages": "inputs"}, "outputs": {"messages": "expected"}}
    ids = ["a-1", str(other.pk), "foreign", "nowhere"]
    told = eggs.add(trace_ids=ids, columns=columns)
    assert (told["added"], told["not_found"]) == (2, 2)
    assert [row["trace"] for row in eggs.rows()] == [str(named.pk), str(other.pk)]
    assert [set(row["expected"]) for row in eggs.rows()] == [{"messages"}] * 2
    told = eggs.add(filter=["status:is:error"])
    assert (told["added"], told["changed"], told["version"]) == (0, 1, 2)
    assert [set(row["outputs"]) for row in eggs.rows(2)] == [set(), {"messages"}]


def test_many_traces_are_a_job_that_can_be_asked_for(
    cast: Cast, eggs: Datasets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "AT_ONCE", 1)
    for _ in range(3):
        factories.make_trace(cast.project)
    job = eggs.add(filter=[])["job"]
    path = f"{eggs.asking.base}/jobs/{job}"
    assert eggs.asking.ask("GET", path).json()["state"] == "waiting"
    assert run_job(job) is None
    told = eggs.asking.ask("GET", path).json()
    assert (told["state"], told["result"]["added"], told["result"]["version"]) == ("done", 3, 1)
    foreign = Job.objects.create(project=cast.other_project, kind="x", title="Other")
    assert eggs.asking.ask("GET", f"{eggs.asking.base}/jobs/{foreign.pk}").status_code == 404


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "body.given"),
        ({"rows": [], "filter": []}, "body.given"),
        ({"rows": [{"input": {}}]}, "body.given.rows[0].input"),
        ({"rows": [{"inputs": []}]}, "body.given.rows[0].inputs"),
        ({"rows": [{}] * 1001}, "body.given.rows"),
        ({"filter": ["status:is:broken"]}, "body.given.filter"),
        ({"trace_ids": [], "columns": {"inputs": {"a": "b"}}}, "body.given.columns.inputs.a"),
        (
            {"trace_ids": [], "columns": {"inputs": {LONG: "inputs"}}},
            "body.given.columns.inputs",
        ),
        ({"trace_ids": [1]}, "body.given.trace_ids[0]"),
        ({"without": ["x"]}, "body.given.without[0]"),
    ],
)
def test_a_body_that_cannot_be_is_told_with_its_path(
    eggs: Datasets, body: dict[str, Any], path: str
) -> None:
    response = eggs.ask("POST", "/versions", body)
    assert response.status_code == 422, response.content
    assert [one["path"] for one in response.json()["errors"]] == [path]
    assert not DatasetRow.objects.exists()


def test_a_version_sent_again_with_its_key_answers_the_same(eggs: Datasets) -> None:
    headers = {"Idempotency-Key": "once"}
    told = [eggs.ask("POST", "/versions", {"rows": ROWS}, **headers).json() for _ in range(2)]
    assert told[0] == told[1]
    assert told[0]["added"] == 2


def test_pages_of_rows_and_the_difference_of_versions(eggs: Datasets) -> None:
    eggs.add(rows=[{"id": str(n), "inputs": {"n": n}} for n in range(3)])
    eggs.add(rows=[{"id": "3"}, {"id": "1", "inputs": {"n": 1}, "outputs": {"n": 1}}])
    first = eggs.ask("GET", "/versions/2/rows?limit=3").json()
    rest = eggs.ask("GET", f"/versions/2/rows?limit=3&cursor={first['next_cursor']}").json()
    assert [row["row"] for row in first["items"] + rest["items"]] == [1, 2, 3, 4]
    assert rest["next_cursor"] is None
    told = eggs.ask("GET", "/diff").json()
    assert told["counts"] == {"added": 1, "changed": 1, "removed": 0}
    assert (told["kind"], [one["row"] for one in told["items"]]) == ("added", [4])
    changed = eggs.ask("GET", "/diff?kind=changed&earlier=1&later=2").json()["items"]
    assert [one["columns"] for one in changed] == [["outputs"]]
    for unknown in ("/versions/9/rows", "/diff?later=9", "/versions/9/download"):
        assert eggs.ask("GET", unknown).status_code == 404


def test_a_file_streams_and_is_an_event(cast: Cast, eggs: Datasets) -> None:
    eggs.add(rows=ROWS)
    response = eggs.ask("GET", "/versions/1/download?format=jsonl")
    lines = streamed.body(response).decode().splitlines()
    assert [json.loads(line)["Right"] for line in lines] == [True, False]
    event = Event.objects.latest("id")
    assert (event.attribute, event.actor_kind) == ("download jsonl", "token")
    assert eggs.ask("GET", "/versions/1/download?format=xlsx").status_code == 422


def test_reading_rows_opens_their_answers_and_hides_what_is_open_again(
    cast: Cast, program: Make, queue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_rows, "CHUNK", 1)
    complete(queue, cast, times=2)
    send(queue, cast.manager, **choice(queue, "every", "every"))
    ItemOpened.objects.all().delete()
    dataset, asking = Dataset.objects.get(), program("read", by=cast.viewer)
    path = f"{asking.base}/datasets/{dataset.pk}/versions/1"
    assert [row["hidden"] for row in asking.ask("GET", f"{path}/rows?limit=1").json()["items"]] == [
        False
    ]
    first, second = DatasetRow.objects.order_by("pk")
    assert [one.item_id for one in ItemOpened.objects.all()] == [first.item]
    assert second.item
    reopen_item(queue=queue, item_id=second.item, reason="Again", actor=Actor.person(cast.manager))
    rows = asking.ask("GET", f"{path}/rows").json()["items"]
    assert [(row["hidden"], bool(row["annotations"])) for row in rows] == [
        (False, True), (True, False),
    ]  # fmt: skip
    refused = asking.ask("GET", f"{path}/download")
    assert (refused.status_code, refused.json()["code"]) == (409, "answers_hidden")
    assert ItemOpened.objects.count() == 1


def test_a_dataset_of_another_project_is_not_there(cast: Cast, program: Make) -> None:
    other = Dataset.objects.create(project=cast.other_project, name="Theirs")
    asking = program()
    requests: list[Callable[[str], Any]] = [
        lambda path: asking.ask("GET", path),
        lambda path: asking.ask("PATCH", path, {"name": "Mine"}),
        lambda path: asking.ask("POST", f"{path}/versions", {"rows": ROWS}),
        lambda path: asking.ask("GET", f"{path}/versions"),
        lambda path: asking.ask("GET", f"{path}/diff"),
    ]
    for request in requests:
        assert request(f"{asking.base}/datasets/{other.pk}").status_code == 404
    assert not other.versions.exists()


@pytest.mark.parametrize("body", [{"without": [2**70]}, {"filter": ["  "]}])
def test_what_names_no_row_and_no_trace_makes_no_version(
    program: Make, body: dict[str, Any]
) -> None:
    made = Datasets(program())
    assert made.ask("POST", "/versions", body).status_code == 422
    assert made.ask("GET", "/versions").json()["items"] == []
