"""Work in a queue by API: the same actions as the workspace's, by the same rules."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Count

from annotate_site.projects.events import SYSTEM
from queues.actions.items.rounds import reopen_item
from queues.actions.status import close_queue, pause_queue
from queues.models import Item, Queue, Reservation, Slot
from reviews.invariants import check
from reviews.models import Annotation, Score
from tests import factories
from tests.conftest import SOAK, Cast

from .conftest import Make, Program

pytestmark = pytest.mark.django_db


class Annotating:
    """A program that works in a queue in somebody's name."""

    def __init__(self, asking: Program, queue: Queue) -> None:
        self.asking = asking
        self.path = f"{asking.base}/queues/{queue.pk}"
        self.field = str(queue.queue_fields.order_by("order").values_list("field", flat=True)[0])

    def ask(self, method: str, rest: str, body: Any = None) -> Any:
        return self.asking.ask(method, f"{self.path}{rest}", body)

    def next(self) -> Any:
        response = self.ask("POST", "/next", {})
        assert response.status_code == 200, response.content
        return response.json()

    def body(self, held: Any, value: Any = True, **more: Any) -> dict[str, Any]:
        return {
            "token": held["reservation"]["token"], "round": held["item"]["round"],
            "values": {self.field: value}, **more,
        }  # fmt: skip

    def act(self, held: Any, verb: str, method: str = "POST", **more: Any) -> Any:
        body = {"token": held["reservation"]["token"], **more}
        return self.ask(method, f"/items/{held['item']['id']}{verb}", body)

    def submit(self, held: Any, value: Any = True, **more: Any) -> Any:
        body = self.body(held, value, **{"submission_id": str(uuid4()), **more})
        return self.ask("POST", f"/items/{held['item']['id']}/submit", body)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, annotators=[cast.annotator], items=2)


@pytest.fixture
def mine(cast: Cast, queue: Queue, program: Make) -> Annotating:
    return Annotating(program("annotate", by=cast.annotator), queue)


def wrong(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.content
    return {one["path"]: one["message"] for one in response.json()["errors"]}


def test_from_the_first_item_to_a_completed_queue(queue: Queue, mine: Annotating) -> None:
    held = mine.next()
    assert mine.next()["item"] == held["item"]
    [asked] = held["form"]
    assert (asked["field"], asked["required"], asked["value"]) == (mine.field, True, None)
    assert asked["answer_schema"]["type"] == "boolean"
    assert held["item"]["content"]["inputs"]
    saved = mine.ask("PUT", f"/items/{held['item']['id']}/draft", mine.body(held, False)).json()
    assert (saved["state"], saved["version"]) == ("saved", 1)
    assert mine.next()["form"][0]["value"] is False
    answer = mine.submit(held, False, next=True)
    assert answer.status_code == 200, answer.content
    second = answer.json()["next"]
    assert second["item"]["id"] != held["item"]["id"]
    last = mine.submit(second, True, next=True).json()["next"]
    assert (last["item"], last["reservation"], last["reason"]) == (None, None, "finished")
    queue.refresh_from_db()
    assert queue.status == "completed"
    given = Score.objects.order_by("pk").values_list("value", flat=True)
    assert list(given) == [False, True]
    assert check() == []


def test_without_next_the_last_submit_completes_the_queue(queue: Queue, mine: Annotating) -> None:
    for _ in range(2):
        assert mine.submit(mine.next()).json() == {"state": "submitted", "next": None}
    queue.refresh_from_db()
    assert queue.status == "completed"


def test_answers_are_judged_strictly_and_each_is_told_where_it_stands(
    cast: Cast, program: Make
) -> None:
    whole = factories.make_field(cast.project, "integer", name="Count")
    queue = factories.make_queue(cast.project, fields=[whole], annotators=[cast.annotator], items=1)
    mine = Annotating(program("annotate", by=cast.annotator), queue)
    held, stranger = mine.next(), str(uuid4())
    values = f"body.values.{mine.field}"
    for value in ("3", True, None, [3], {"3": 3}, 3.5):
        assert set(wrong(mine.submit(held, value))) == {values}
    told = wrong(mine.submit(held, 3, values={stranger: 1}, notes={mine.field: "Why"}))
    assert set(told) == {f"body.values.{stranger}", f"body.notes.{mine.field}"}
    assert not Annotation.objects.exists()
    missing = mine.submit(held, values={})
    assert wrong(missing) == {values: "This needs an answer."}
    assert missing.json()["version"] == Annotation.objects.get().version == 1
    assert mine.submit(held, 3.0).status_code == 200
    assert Score.objects.get().value == 3


def test_a_submit_that_is_sent_again_counts_once(queue: Queue, mine: Annotating) -> None:
    held, key = mine.next(), str(uuid4())
    first, again = (mine.submit(held, submission_id=key) for _ in range(2))
    assert first.json() == again.json()
    assert Annotation.objects.count() == 1
    other = mine.submit(held, False, submission_id=key)
    assert (other.status_code, other.json()["code"]) == (409, "other_body")
    late = mine.submit(held)
    assert (late.status_code, late.json()["code"]) == (409, "already_submitted")


def test_a_draft_of_an_older_version_is_a_conflict(queue: Queue, mine: Annotating) -> None:
    held = mine.next()
    path = f"/items/{held['item']['id']}/draft"
    assert mine.ask("PUT", path, mine.body(held, True, version=0)).json()["version"] == 1
    conflict = mine.ask("PUT", path, mine.body(held, False, version=0))
    assert (conflict.status_code, conflict.json()["code"]) == (409, "draft_conflict")
    assert conflict.json()["version"] == 1


def test_after_a_lapse_a_draft_takes_the_place_again(queue: Queue, mine: Annotating) -> None:
    held = mine.next()
    factories.lapse(Slot.objects.get(state="held").pk)
    saved = mine.ask("PUT", f"/items/{held['item']['id']}/draft", mine.body(held)).json()
    assert saved["state"] == "saved"
    assert saved["reservation"]["token"] != held["reservation"]["token"]


def test_a_draft_that_holds_nothing_any_more_says_why(
    cast: Cast, queue: Queue, mine: Annotating
) -> None:
    held = mine.next()
    close_queue(queue=queue, actor=SYSTEM)
    saved = mine.ask("PUT", f"/items/{held['item']['id']}/draft", mine.body(held)).json()
    assert (saved["state"], saved["reservation"]) == ("kept", None)
    assert saved["why"]


def test_skip_and_undo(queue: Queue, mine: Annotating) -> None:
    queue.skip_reason_required = True
    queue.save(update_fields=["skip_reason_required"])
    held = mine.next()
    assert set(wrong(mine.act(held, "/skip"))) == {"body.reason"}
    skipped = mine.act(held, "/skip", reason="Blurred", next=True).json()
    assert (skipped["state"], skipped["next"]["item"]["id"] != held["item"]["id"]) == (
        "skipped", True,
    )  # fmt: skip
    undone = mine.act(held, "/undo").json()
    assert (undone["item"], undone["held"]) == (held["item"]["id"], True)
    assert undone["open"]["item"]["id"] == held["item"]["id"]
    again = mine.act(held, "/undo")
    assert (again.status_code, again.json()["code"]) == (409, "cannot_undo")


def test_the_token_of_another_item_undoes_nothing(queue: Queue, mine: Annotating) -> None:
    first = mine.next()
    second = mine.submit(first, next=True).json()["next"]
    mixed = {"item": second["item"], "reservation": first["reservation"]}
    assert mine.act(mixed, "/undo").json()["code"] == "stale_hold"
    assert Annotation.objects.get().state == "submitted"


def test_extend_park_pick_and_give_back(queue: Queue, mine: Annotating) -> None:
    queue.strategy = "manual"
    queue.save(update_fields=["strategy"])
    held = mine.next()
    time = mine.act(held, "/reservation/extend").json()
    assert time["seconds_left"] > 3500
    assert not time["paused"]
    assert mine.act(held, "/reservation/park").status_code == 204
    other = mine.next()
    assert other["item"]["id"] != held["item"]["id"]
    back = mine.ask("POST", f"/items/{held['item']['id']}/reservation", {}).json()
    assert back["item"]["id"] == held["item"]["id"]
    token = back["reservation"]["token"]
    path = f"/items/{held['item']['id']}/reservation?token={token}"
    assert mine.ask("DELETE", path).status_code == 204
    assert mine.ask("DELETE", path).json()["code"] == "stale_hold"
    assert Reservation.objects.get(token=token).ending == "released"
    assert check() == []


def test_while_paused_the_time_stands_still(cast: Cast, queue: Queue, mine: Annotating) -> None:
    held = mine.next()
    pause_queue(queue=queue, actor=SYSTEM)
    paused = mine.next()["reservation"]
    assert (paused["paused"], paused["expires_at"]) == (True, None)
    assert mine.act(held, "/reservation/extend").json()["paused"]
    assert mine.submit(held, next=True).json()["next"]["reason"] == "paused"


def test_a_correction_merges_and_keeps_what_was(queue: Queue, mine: Annotating) -> None:
    held = mine.next()
    mine.submit(held, True)
    path, given = f"/items/{held['item']['id']}/annotation", {mine.field: False}
    version = Annotation.objects.get().version
    body = {"round": 1, "version": version, "values": given}
    corrected = mine.ask("PATCH", path, body)
    assert corrected.json() == {"version": version + 1}
    assert Score.objects.present().get().value is False
    assert Score.objects.count() == 2
    late = mine.ask("PATCH", path, body)
    assert (late.status_code, late.json()["version"]) == (409, version + 1)
    taken_out = mine.ask(
        "PATCH", path, body | {"version": version + 1, "values": {mine.field: None}}
    )
    assert wrong(taken_out) == {f"body.values.{mine.field}": "This needs an answer."}


def test_nothing_of_a_colleague_is_told(cast: Cast, program: Make) -> None:
    """Two annotate each item; the second one's program gets nothing of the first one's answer."""
    text = factories.make_field(cast.project, "text", name="Why")
    queue = factories.make_queue(
        cast.project, fields=[text], annotators=[cast.annotator, cast.member], items=1,
        annotations_required=2,
    )  # fmt: skip
    first = Annotating(program("annotate", by=cast.annotator), queue)
    assert first.submit(first.next(), "canary").status_code == 200
    second = Annotating(program("annotate", by=cast.member), queue)
    held = second.ask("POST", "/next", {})
    answers = [held, second.submit(held.json(), "mine", next=True)]
    item = Item.objects.get()
    reopen_item(queue=queue, item_id=item.pk, reason="Again", actor=SYSTEM)
    again = second.ask("POST", "/next", {})
    assert again.json()["form"][0]["value"] == "mine"
    for response in (*answers, again):
        assert "canary" not in response.content.decode()
        assert str(cast.annotator) not in response.content.decode()


def test_only_annotators_of_the_queue_get_in(cast: Cast, queue: Queue, program: Make) -> None:
    for user in (cast.manager, cast.viewer, cast.member):
        asking = program("annotate", by=user)
        refused = asking.ask("POST", f"{asking.base}/queues/{queue.pk}/next", {})
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    elsewhere = factories.make_queue(cast.other_project)
    for pk in (elsewhere.pk, uuid4()):
        asking = program()
        assert asking.ask("POST", f"{asking.base}/queues/{pk}/next", {}).status_code == 404


def test_an_item_of_another_queue_is_not_there(cast: Cast, queue: Queue, mine: Annotating) -> None:
    other = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    strange = {"item": {"id": other.items.get().pk, "round": 1}} | {
        "reservation": mine.next()["reservation"]
    }
    for verb, method in (
        ("/submit", "POST"), ("/skip", "POST"), ("/undo", "POST"), ("/reservation/park", "POST"),
        ("/reservation/extend", "POST"), ("/reservation", "POST"), ("/draft", "PUT"),
        ("/annotation", "PATCH"),
    ):  # fmt: skip
        more = {"round": 1, "submission_id": str(uuid4()), "version": 0}
        assert mine.act(strange, verb, method, **more).status_code == 404, verb
    assert Slot.objects.filter(queue=other).exclude(state="free").count() == 0


@pytest.mark.parametrize("round", [0, -1, 2**31, 10**40, "x", None, 7])
def test_no_round_is_an_error_of_ours(queue: Queue, mine: Annotating, round: Any) -> None:
    held = mine.next()
    for response in (
        mine.submit(held, round=round),
        mine.ask("PUT", f"/items/{held['item']['id']}/draft", mine.body(held, round=round)),
    ):
        assert response.status_code in (404, 422), response.content
    assert not Annotation.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("required", [1, 3])
def test_many_programs_at_once_give_each_item_its_number(
    cast: Cast, program: Make, required: int
) -> None:
    people = [factories.make_user() for _ in range(32 if SOAK else 8)]
    for person in people:
        factories.join(cast.project, person)
    items = 200 if SOAK else 24
    queue = factories.make_queue(
        cast.project, annotators=people, items=items, annotations_required=required
    )
    works = [Annotating(program("annotate", by=one), queue) for one in people]

    def run(mine: Annotating) -> int:
        """Until nothing is left; how many were submitted."""
        held, done = mine.next(), 0
        while held["item"]:
            answer = mine.submit(held, next=True)
            assert answer.status_code == 200, answer.content
            held, done = answer.json()["next"], done + 1
        connection.close()
        return done

    with ThreadPoolExecutor(len(works)) as pool:
        done = sum(pool.map(run, works))
    done += sum(run(mine) for mine in works)  # what a colleague held when they were told "nothing"
    assert done == items * required
    assert check() == []
    counted = Annotation.objects.filter(state="submitted").values("item").annotate(n=Count("pk"))
    assert {row["n"] for row in counted} == {required}
