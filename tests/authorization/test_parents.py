"""Ids of another parent answer 404 and change nothing, even to one who may do all in both."""

from itertools import product
from typing import Any

import pytest

from queues.models import Item, QueueField, QueueMember
from reviews.models import Annotation

from .asking import Asker
from .requests import asked_of, workspace_body
from .reviewed import WAITING
from .routes import address, parameters
from .table import API, ITEM, QUEUE, QUEUES, REVIEWERS, TABLE
from .world import DRAFTED, FREE, HELD, World, held_slot

UNKNOWN_UUID, UNKNOWN_NUMBER = "00000000-0000-7000-8000-000000000000", 987_654_321
# Which a second queue, or dataset, of the same project has too.
OF_A_QUEUE = ("item", "slot", "link", "reservation", "row", "rule")


def strange_ids(world: World, route: str, name: str) -> list[object]:
    """Values for one parameter of a route that do not belong to the others."""
    here, there = world.here.ids[name], world.there.ids[name]
    if name == "project":
        return ["no-such-project", *([there] if len(parameters(route)) > 1 else [])]
    beside = [world.sibling.ids[name]] if name in OF_A_QUEUE else []
    return [there, UNKNOWN_NUMBER if isinstance(here, int) else UNKNOWN_UUID, *beside]


# What a token opens, and what not, is tried in tests/api.
CASES = [
    (route, name)
    for route in TABLE
    for name in parameters(route)
    if name not in ("token", "format") and not route.startswith(API)
]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_strange_id_in_the_address_is_not_found(world: World, method: str) -> None:
    owner, reviewer, wrong = Asker(world, "owner"), Asker(world, "reviewer"), []
    for route, name in CASES:
        asker = reviewer if TABLE[route].post is REVIEWERS else owner
        if (TABLE[route].get if method == "GET" else TABLE[route].post) is None:
            continue
        for strange in strange_ids(world, route, name):
            told = asker.route(route, method, ids={name: strange})
            if (told.got, told.written, told.leaks) != ("404", False, []):
                wrong.append(f"{method} /{route} with {name}={strange}: {told}")
    assert not wrong, "\n".join(wrong)


def test_a_slot_of_another_item_is_not_found(world: World) -> None:
    other = world.here.items[DRAFTED].slots.get(state="held")
    asker = Asker(world, "manager")
    route = f"{ITEM}slots/<int:slot>/release/"
    told = asker.route(route, "POST", ids={"slot": other.pk})
    assert (told.got, told.written) == ("404", False)
    assert asker.route(route, "POST", ids={"slot": held_slot(world.here).pk}).written


def test_a_slot_kept_for_somebody_on_another_item_is_not_found(world: World) -> None:
    route = f"{ITEM}slots/<int:slot>/unbind/"
    ids: dict[str, object] = dict(world.reviewed.ids(WAITING))
    told = Asker(world, "manager").route(route, "POST", ids=ids)
    assert (told.got, told.written) == ("404", 0)


def test_items_of_another_queue_are_neither_approved_nor_bound(world: World) -> None:
    other = world.sibling.items[FREE].pk
    assert send(world, "reviewer", f"{QUEUE}review/approve/", pick=f"{other}:1") == "404"
    assert send(world, "manager", f"{QUEUE}items/bind/", item=other) == "404"


def send(world: World, actor: str, route: str, **body: Any) -> str:
    """A POST with parts of its body exchanged; what it does stays."""
    asked = asked_of(route, world)
    return Asker(world, actor).send("POST", address(route, asked.ids), asked.body | body).got


@pytest.mark.parametrize("traces", [["there"], ["there", "here"]])
def test_traces_of_another_project_are_never_added(world: World, traces: list[str]) -> None:
    chosen = {"there": world.there.trace.pk, "here": world.sibling.trace.pk}
    before = Item.objects.filter(queue=world.here.queue).count()
    got = send(world, "owner", f"{QUEUES}add/", trace=[chosen[name] for name in traces])
    assert got == ("ok" if "here" in traces else "404")
    added = Item.objects.filter(queue=world.here.queue).order_by("-seq")
    assert added.count() - before == len(traces) - 1
    assert not added.filter(source_key=world.there.trace.pk).exists()


def test_traces_do_not_go_into_a_queue_of_another_project(world: World) -> None:
    there = world.there.queue
    assert send(world, "owner", f"{QUEUES}add/", into=there.pk) == "422"
    assert there.items.count() == 6


@pytest.mark.parametrize("route", [f"{QUEUES}new/", f"{QUEUE}settings/"])
def test_a_queue_does_not_ask_a_field_of_another_project(world: World, route: str) -> None:
    theirs = world.there.ids["field"]
    send(world, "owner", route, **{"field": [theirs], "asked-was": "asked"})
    assert QueueField.objects.filter(field=theirs).count() == 1


@pytest.mark.parametrize("route", [f"{QUEUES}new/", f"{QUEUE}members/add/"])
def test_nobody_from_outside_is_put_into_a_queue(world: World, route: str) -> None:
    for who in ("stranger", "other_manager", "deactivated"):
        assert send(world, "owner", route, people=world.user(who).pk) == "422"
        assert not QueueMember.objects.filter(user=world.user(who)).exists()


def test_somebody_elses_hold_is_not_ended_by_naming_another_holder(world: World) -> None:
    send(world, "manager", f"{ITEM}slots/<int:slot>/release/", holder=world.user("second").pk)
    assert held_slot(world.here).annotator == world.user("annotator")


def test_the_token_of_somebody_elses_hold_does_nothing(world: World) -> None:
    """Neither on that item nor, with one's own item in the address, on another."""
    drafted = world.here.items[DRAFTED]
    body = workspace_body(world) | {"token": drafted.slots.get(state="held").token}
    asker = Asker(world, "annotator")
    for verb, item in product(("submit", "skip", "park", "extend"), (DRAFTED, HELD)):
        ids = world.here.ids | {"item": world.here.items[item].pk}
        told = asker.ask("POST", address(f"{ITEM}{verb}/", ids), body, htmx=True)
        assert (told.got, told.leaks) == ("409", []), verb


def test_an_answer_to_a_field_that_is_not_asked_is_not_stored(world: World) -> None:
    theirs = world.there.ids["field"]
    assert send(world, "annotator", f"{ITEM}submit/", **{f"f-{theirs}": "x"}) == "ok"
    mine = Annotation.objects.get(item=world.here.ids["item"])
    assert {one.field_id for one in mine.scores.all()} == {world.here.ids["field"]}
