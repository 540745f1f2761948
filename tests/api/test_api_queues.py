"""Fields, queues and items by API: made, changed and read by the actions of the pages."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotate_site.projects.models import Event
from fields.models import Field
from queues.models import Item, ItemOpened, Queue
from tests import factories, streamed
from tests.conftest import Cast
from tests.reviews.working import Worker
from traces.sources.keys import span_key

from .conftest import Make, Program

pytestmark = pytest.mark.django_db
DISPLAY = {"inputs": ["messages"], "outputs": ["messages"]}
Ask = Callable[..., Any]


@pytest.fixture
def asking(program: Make) -> Program:
    return program()


@pytest.fixture
def ask(asking: Program) -> Ask:
    def ask(method: str, rest: str, body: Any = None, **headers: str) -> Any:
        return asking.ask(method, f"{asking.base}{rest}", body, **headers)

    return ask


def wrong(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.content
    return {one["path"]: one["message"] for one in response.json()["errors"]}


def test_a_whole_campaign_is_set_up_and_taken_home(cast: Cast, ask: Ask) -> None:
    traces = [factories.make_trace(cast.project, trace_id=f"t-{n}") for n in range(3)]
    field = ask("POST", "/fields", {"name": "Polite", "kind": "boolean"}).json()
    assert field["answer_schema"]["type"] == "boolean"
    queue = ask(
        "POST", "/queues",
        {
            "name": "Tone", "fields": [{"field": field["id"], "allow_note": True}],
            "people": [{"email": cast.annotator.email.upper(), "annotates": True}],
            "due_date": "2030-01-31", "timeout": 30,
        },
    )  # fmt: skip
    assert queue.status_code == 201, queue.content
    told = queue.json()
    assert (told["status"], told["timeout"], told["strategy"], told["hide_model"]) == (
        "draft", 30, "manual", True,
    )  # fmt: skip
    path = f"/queues/{told['id']}"
    added = ask("POST", f"{path}/items", {"trace_ids": ["t-0", "t-1", "no"], "display": DISPLAY})
    assert added.json() == {"added": 2, "duplicates": 0, "not_found": ["no"], "job": None}
    all_of_them = ask("POST", f"{path}/items", {"filter": [], "display": DISPLAY}).json()
    assert (all_of_them["added"], all_of_them["duplicates"]) == (1, 2)
    assert ask("POST", f"{path}/status", {"status": "active"}).json()["status"] == "active"
    worker = Worker(Queue.objects.get(), cast.annotator)
    for _ in traces:
        worker.submit(worker.claim(), "true")
    assert ask("GET", path).json()["progress"] == "completed"
    listed = ask("GET", f"{path}/items?status=completed&limit=2").json()
    assert [one["source_key"] for one in listed["items"]] == [str(one.pk) for one in traces[:2]]
    more = f"limit=2&cursor={listed['next_cursor']}"
    rest = ask("GET", f"{path}/items?status=completed&{more}").json()
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    one = ask("GET", f"{path}/items/{rest['items'][0]['id']}").json()
    assert one["content"]["inputs"]
    lines = streamed.body(ask("GET", f"{path}/export")).decode().splitlines()
    assert [json.loads(line)["value"] for line in lines] == [True, True, True]
    added = Event.objects.filter(object_type="item", to_value="pending")
    assert set(added.values_list("actor_kind", flat=True)) == {"token"}


def test_a_field_is_final_and_has_versions(cast: Cast, ask: Ask) -> None:
    options = {"options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]}
    body = {"name": "Fault", "kind": "category", "settings": options}
    first = ask("POST", "/fields", body, **{"Idempotency-Key": "one"}).json()
    assert ask("POST", "/fields", body, **{"Idempotency-Key": "one"}).json() == first
    taken = ask("POST", "/fields", body)
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    second = ask("POST", f"/fields/{first['id']}/versions", {"description": "Where?"}).json()
    assert (second["lineage"], second["name"]) == (first["lineage"], "Fault")
    late = ask("POST", f"/fields/{first['id']}/versions", {"description": "When?"})
    assert (late.status_code, late.json()["code"]) == (409, "version_taken")
    assert [one["id"] for one in ask("GET", "/fields").json()["items"]] == [second["id"]]
    assert ask("POST", f"/fields/{second['id']}/archive", {}).json()["archived_at"]
    listed = ask("GET", "/fields?archived=true").json()["items"]
    assert [one["id"] for one in listed] == [first["id"], second["id"]]
    assert set(wrong(ask("POST", "/fields", body | {"settings": {"options": []}}))) == {
        "body.settings.options"
    }
    assert set(wrong(ask("POST", "/fields", {"name": "", "kind": "thumbs"}))) == {"body.name"}
    assert set(wrong(ask("POST", "/fields", {"name": "X", "kind": "mood"}))) == {"body.kind"}


def test_what_another_project_shares_can_be_used_and_not_changed(cast: Cast, ask: Ask) -> None:
    theirs = factories.make_field(cast.other_project, name="Theirs", shared=True)
    own = factories.make_field(cast.other_project, name="Own")
    assert [one["id"] for one in ask("GET", "/fields").json()["items"]] == [str(theirs.pk)]
    assert ask("GET", f"/fields/{theirs.pk}").json()["project"] == cast.other_project.name
    assert ask("GET", f"/fields/{own.pk}").status_code == 404
    for verb in ("archive", "versions"):
        assert ask("POST", f"/fields/{theirs.pk}/{verb}", {}).status_code == 404
    made = ask("POST", "/queues", {"name": "Q", "fields": [{"field": str(theirs.pk)}]})
    assert made.status_code == 201
    told = wrong(ask("POST", "/queues", {"name": "R", "fields": [{"field": str(own.pk)}]}))
    assert set(told) == {"body.fields[0].field"}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": ""}, "name"), ({"name": None}, "name"), ({"name": "x" * 121}, "name"),
        ({"timeout": 5}, "timeout"), ({"timeout": "long"}, "timeout"),
        ({"open_limit": 21}, "open_limit"), ({"annotations_required": 0}, "annotations_required"),
        ({"annotations_required": 10**30}, "annotations_required"),
        ({"strategy": "random"}, "strategy"), ({"due_date": "soon"}, "due_date"),
        ({"fields": None}, "fields"), ({"guidelines": "é" * 15_000}, "guidelines"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_told_where_it_stands(
    cast: Cast, ask: Ask, changes: dict[str, Any], path: str
) -> None:
    queue = factories.make_queue(cast.project)
    before = Event.objects.count()
    told = wrong(ask("PATCH", f"/queues/{queue.pk}", changes | {"description": "New"}))
    assert set(told) == {f"body.{path}"}
    assert Event.objects.count() == before


def test_only_what_is_given_changes(cast: Cast, ask: Ask) -> None:
    queue = factories.make_queue(
        cast.project, requires_review=True, guidelines="Read twice.", due_date="2030-01-01", items=2
    )
    factories.make_queue(cast.project, name="Taken")
    path = f"/queues/{queue.pk}"
    told = ask("PATCH", path, {"due_date": None, "help_others": False, "timeout": 45}).json()
    assert (told["due_date"], told["help_others"], told["timeout"]) == (None, False, 45)
    assert (told["requires_review"], told["guidelines"]) == (True, "Read twice.")
    assert ask("PATCH", path, {"annotations_required": 2}).json()["annotations_required"] == 2
    assert set(queue.items.values_list("required", flat=True)) == {2}
    taken = ask("PATCH", path, {"name": "taken"})
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    field = factories.make_field(cast.project, name="More")
    given = [*told["fields"], {"field": str(field.pk), "required": False}]
    asked = ask("PATCH", path, {"fields": given}).json()["fields"]
    assert [one["required"] for one in asked] == [True, False]


def test_statuses_are_moved_as_on_the_page(cast: Cast, ask: Ask) -> None:
    queue = factories.make_queue(cast.project, active=False, items=1)
    path = f"/queues/{queue.pk}/status"
    for wanted in ("active", "active", "paused", "active", "completed", "active"):
        assert ask("POST", path, {"status": wanted}).json()["status"] == wanted
    assert ask("POST", path, {"status": "archived"}).json()["status"] == "archived"
    assert ask("POST", path, {"status": "restored"}).json()["status"] == "active"
    assert set(wrong(ask("POST", path, {"status": "draft"}))) == {"body.status"}
    empty = factories.make_queue(cast.project, active=False)
    assert set(wrong(ask("POST", f"/queues/{empty.pk}/status", {"status": "paused"}))) == {
        "body.status"
    }


def test_members_are_set_as_a_whole(cast: Cast, ask: Ask) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    path = f"/queues/{queue.pk}/members"
    wanted = [
        {"email": cast.annotator.email, "annotates": True, "reviews": True},
        {"email": cast.reviewer.email, "annotates": False, "reviews": True},
    ]
    told = ask("PUT", path, wanted).json()
    assert [{name: one[name] for name in wanted[0]} for one in told] == wanted
    assert ask("PUT", path, wanted[1:]).json() == told[1:] == ask("GET", path).json()
    assert queue.members.get(user=cast.annotator).removed_at
    strange = [{"email": cast.stranger.email, "annotates": True}, wanted[1], wanted[1]]
    assert set(wrong(ask("PUT", path, strange))) == {"body[0].email", "body[2].email"}
    assert set(wrong(ask("PUT", path, [{"email": cast.viewer.email}]))) == {"body[0]"}
    assert ask("GET", path).json() == told[1:]


def test_an_item_is_removed_and_restored(cast: Cast, ask: Ask) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    path = f"/queues/{queue.pk}/items/{Item.objects.get().pk}"
    Worker(queue, cast.annotator).claim()
    assert ask("DELETE", path).status_code == 409
    assert ask("DELETE", f"{path}?even_if_held=true").status_code == 204
    assert ask("GET", path).status_code == 404
    assert ask("POST", f"{path}/restore", {}).status_code == 204
    assert ask("GET", path).json()["status"] == "pending"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"display": DISPLAY}, "body"),
        ({"trace_ids": ["a"], "filter": [], "display": DISPLAY}, "body"),
        ({"trace_ids": ["a"], "display": {}}, "body.display"),
        ({"trace_ids": ["a"], "display": {"inputs": ["bad\\"]}}, "body.display"),
        ({"filter": ["no:is:1"], "display": DISPLAY}, "body.filter"),
    ],
)
def test_items_that_cannot_be_added(cast: Cast, ask: Ask, body: dict[str, Any], path: str) -> None:
    queue = factories.make_queue(cast.project)
    assert set(wrong(ask("POST", f"/queues/{queue.pk}/items", body))) == {path}
    assert not queue.batches.exists()


def test_spans_and_sessions_are_added_by_their_ids(cast: Cast, ask: Ask) -> None:
    trace = factories.make_trace(cast.project, session_id="s-1")
    queue = factories.make_queue(cast.project)
    path, display = f"/queues/{queue.pk}/items", DISPLAY | {"steps": True}
    session = ask("POST", path, {"session_ids": ["s-1", "s-2"], "display": display}).json()
    assert (session["added"], session["not_found"]) == (1, ["s-2"])
    keys = [span_key(trace.pk, trace.spans.get().span_id), "x"]
    added = ask("POST", path, {"span_ids": keys, "display": display}).json()
    assert (added["added"], added["not_found"]) == (1, ["x"])
    assert set(queue.items.values_list("source_kind", flat=True)) == {"session", "span"}


def test_a_manager_who_annotates_takes_only_completed_items_home(cast: Cast, program: Make) -> None:
    """Whatever the token's scopes: they are blind as on the page."""
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.manager], items=1, annotations_required=2
    )
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    asking = program("read")
    path = f"{asking.base}/queues/{queue.pk}/export"
    assert streamed.body(asking.ask("GET", path)) == b""
    assert not ItemOpened.objects.exists()
    worker = Worker(queue, cast.manager)
    worker.submit(worker.claim(), "false")
    assert len(streamed.body(asking.ask("GET", path)).splitlines()) == 2


def test_an_annotator_reads_the_items_that_they_held(cast: Cast, program: Make) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=2)
    held = Worker(queue, cast.annotator).claim()
    asking = program("annotate", by=cast.annotator)
    for item in queue.items.all():
        got = asking.ask("GET", f"{asking.base}/queues/{queue.pk}/items/{item.pk}").status_code
        assert got == (200 if item.pk == held.item_id else 404)
    assert asking.ask("GET", f"{asking.base}/queues/{queue.pk}/items").status_code == 403


@pytest.mark.parametrize("path", ["/fields", "/queues", "/queues/{queue}/items"])
def test_lists_run_as_many_statements_for_more_rows(cast: Cast, ask: Ask, path: str) -> None:
    queue = factories.make_queue(cast.project, items=1)
    ask("GET", "/queues")  # notes when the token was used last
    told = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            rows = ask("GET", path.format(queue=queue.pk)).json()["items"]
        told.append((len(seen), len(rows)))
        factories.add_items(queue, [factories.make_trace(cast.project) for _ in range(9)])
        for _ in range(9):
            factories.make_queue(cast.project)
    assert told[0][0] == told[1][0]
    assert told[1][1] >= 10 * told[0][1]
    assert Field.objects.count() > 1
