"""Rules and saved views by API: the same actions as the pages, with their own sentences."""

from datetime import timedelta
from typing import Any

import pytest

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event
from queues.actions.rules import feed
from queues.actions.status import archive_queue
from queues.models import Queue, Rule
from tests import factories
from tests.conftest import Cast
from tests.queues.feeding import arrive, make_rule
from traces.arrivals import settling
from traces.models import SavedView

from .conftest import Make, Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project)


def asked(queue: Queue, **more: Any) -> dict[str, Any]:
    display = {"inputs": ["messages"], "outputs": ["messages"]}
    usual = {
        "name": "Errors", "queue": str(queue.pk), "filter": ["status:is:error"], "rate": 0.25,
        "cap": 40, "seed": "a1b2", "display": display,
    }  # fmt: skip
    return usual | more


def rules(program: Program, method: str, rest: str = "", body: Any = None, **headers: str) -> Any:
    return program.ask(method, f"{program.base}/rules{rest}", body, **headers)


def test_a_rule_is_made_read_changed_and_deleted(cast: Cast, queue: Queue, program: Make) -> None:
    asking = program()
    made = rules(asking, "POST", body=asked(queue))
    assert made.status_code == 201
    rule = made.json()
    assert {name: rule[name] for name in asked(queue) if name != "display"} == {
        name: value for name, value in asked(queue).items() if name != "display"
    }
    assert (rule["enabled"], rule["present"], rule["looked"]) == (True, 0, 0)
    listed = rules(asking, "GET").json()
    assert [one["id"] for one in listed["items"]] == [rule["id"]]
    assert listed["next_cursor"] is None
    changes = {"enabled": False, "cap": None, "name": "Renamed"}
    changed = rules(asking, "PATCH", f"/{rule['id']}", changes).json()
    assert {name: changed[name] for name in changes} == changes
    assert changed["rate"] == 0.25
    assert rules(asking, "DELETE", f"/{rule['id']}").status_code == 204
    assert rules(asking, "GET", f"/{rule['id']}").status_code == 404
    kinds = Event.objects.filter(object_type="rule").values_list("actor_kind", flat=True)
    assert set(kinds) == {"token"}


def test_a_repeat_with_its_key_makes_one_rule(cast: Cast, queue: Queue, program: Make) -> None:
    asking, key = program(), {"Idempotency-Key": "once"}
    first, again = (rules(asking, "POST", body=asked(queue), **key) for _ in range(2))
    assert first.json() == again.json()
    assert Rule.objects.count() == 1
    taken = rules(asking, "POST", body=asked(queue))
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"rate": 0}, "rate"), ({"rate": 1.5}, "rate"), ({"cap": 0}, "cap"),
        ({"name": " "}, "name"), ({"name": "x" * 81}, "name"), ({"seed": "a\nb"}, "seed"),
        ({"filter": ["no:is:1"]}, "filter"),
        ({"display": {}}, "display"), ({"display": {"inputs": ["bad\\"]}}, "display"),
        ({"queue": "00000000-0000-7000-8000-000000000000"}, "queue"), ({"queue": "x"}, "queue"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told_by_its_path(
    cast: Cast, queue: Queue, program: Make, wrong: dict[str, Any], path: str
) -> None:
    answer = rules(program(), "POST", body=asked(queue) | wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"].startswith(f"body.{path}")
    assert not Rule.objects.exists()


def test_queues_of_others_and_closed_ones_take_no_rule(
    cast: Cast, queue: Queue, program: Make
) -> None:
    foreign = factories.make_queue(cast.other_project)
    archive_queue(queue=queue, actor=SYSTEM)
    for one in (foreign, queue):
        assert rules(program(), "POST", body=asked(one)).status_code == 422


@pytest.mark.parametrize("name", ["enabled", "rate", "name"])
def test_null_changes_nothing(cast: Cast, queue: Queue, program: Make, name: str) -> None:
    rule = make_rule(queue)
    answer = rules(program(), "PATCH", f"/{rule.pk}", {name: None})
    assert answer.status_code == 422
    assert Rule.objects.get().enabled


def test_rules_of_another_project_are_not_there(cast: Cast, program: Make) -> None:
    rule = make_rule(factories.make_queue(cast.other_project))
    for method, rest in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/dry-run")):
        body: Any = {} if method == "PATCH" else None
        assert rules(program(), method, f"/{rule.pk}{rest}", body).status_code == 404
    assert rules(program(), "GET").json()["items"] == []


def test_runs_and_a_dry_run_are_told(
    cast: Cast, queue: Queue, program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "QUIET", timedelta())
    rule = make_rule(queue, "status:is:error")
    arrive(cast.project, status="error")
    arrive(cast.project, status="ok")
    dry = rules(program("read"), "GET", f"/{rule.pk}/dry-run?window=day").json()
    assert (dry["matching"], dry["drawn"], dry["added"], dry["exact"]) == (1, 1, 1, True)
    assert len(dry["examples"]) == 1
    feed()
    found = rules(program("read"), "GET", f"/{rule.pk}").json()
    assert (found["present"], found["looked"]) == (1, 2)
    run = found["runs"][0]
    assert (run["looked"], run["added"], run["not_matching"]) == (2, 1, 1)
    assert rules(program(), "GET", f"/{rule.pk}/dry-run?window=year").status_code == 422


def test_saved_views_are_made_and_listed(cast: Cast, program: Make) -> None:
    SavedView.objects.create(project=cast.project, name="Own", created_by=cast.viewer)
    asking = program()
    body = {"name": "Slow", "filter": ["latency:gt:2"], "sort": "-latency", "shared": True}
    made = asking.ask("POST", f"{asking.base}/views", body)
    assert made.status_code == 201
    listed = asking.ask("GET", f"{asking.base}/views").json()["items"]
    assert listed == [made.json()]
    assert {name: listed[0][name] for name in body} == body
    again = asking.ask("POST", f"{asking.base}/views", body)
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    for wrong in ({"filter": ["x:is:1"]}, {"sort": "wrong"}, {"columns": ["x"]}, {"name": " "}):
        assert asking.ask("POST", f"{asking.base}/views", body | wrong).status_code == 422
