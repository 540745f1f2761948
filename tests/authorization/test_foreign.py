"""Routes that are Django's and allauth's: the admin shows no rows but to whom they belong."""

from collections.abc import Iterator
from itertools import product

import pytest

from .asking import Asker
from .canaries import DONE_ANSWER, DRAFT, OPEN_ANSWER, OPEN_NOTE, REMARK
from .routes import address, parameters, routes
from .table import ACTORS, PREFIXES, SIGNED_OUT
from .world import World

NOT_STAFF = [actor for actor in ACTORS if actor not in ("staff", "superuser")]
ANSWERS = (OPEN_ANSWER, OPEN_NOTE, DONE_ANSWER, DRAFT, REMARK)
HANDED_OUT = ("admin/login/", "admin/logout/")  # what these do is below


def foreign(prefix: str) -> Iterator[str]:
    return (route for route, _ in routes() if route.startswith(prefix))


def objects_of(world: World, route: str) -> list[object]:
    """Rows that an admin route may be asked for."""
    here = world.here
    rows = {
        "projects/project": here.project, "projects/user": world.user("second"),
        "fields/field": here.queue.queue_fields.get().field, "queues/queue": here.queue,
        "traces/trace": here.trace,
    }  # fmt: skip
    return [row.pk for path, row in rows.items() if path in route] or [1]


def addresses(world: World, prefix: str) -> Iterator[str]:
    """Every route below the prefix, with ids of real rows where it has any."""
    for route in foreign(prefix):
        if "(?P<" in route:
            route = route.replace("^", "").replace("$", "")
            for name in ("projects", "fields", "queues", "reviews", "nothing/"):
                yield "/" + route[: route.index("(?P<")] + f"{name}/"
            continue
        for row in objects_of(world, route):
            yield address(route, dict.fromkeys(parameters(route), row))


def names(world: World, *, but: str = "") -> list[str]:
    """What tells that a row exists: people's addresses, projects and queues."""
    people = [user.email for key, user in world.people.items() if user and key != but]
    queues = [place.queue.name for place in (world.here, world.there)]
    return [*people, *queues, world.project.name, world.other_project.name]


def test_the_prefixes_are_all_used() -> None:
    assert all(list(foreign(prefix)) for prefix in PREFIXES)


@pytest.mark.parametrize("actor", NOT_STAFF)
def test_the_admin_is_closed_to_all_but_staff(world: World, actor: str) -> None:
    asker = Asker(world, actor)
    wrong = [
        f"{method} {path}: {told}"
        for path in addresses(world, "admin/")
        for method in ("GET", "POST")
        if not path.endswith(HANDED_OUT)
        and ((told := asker.ask(method, path)).got, told.written, told.leaks)
        != ("login", False, [])
    ]
    assert not wrong, "\n".join(wrong)


def test_the_doors_of_the_admin_lead_to_ours(world: World) -> None:
    for actor, path, method in product(ACTORS, HANDED_OUT, ("GET", "POST")):
        told = Asker(world, actor).ask(method, f"/{path}")
        assert (told.written, told.leaks) == (False, [])
        if "login" in path:
            assert told.got == ("login" if actor in SIGNED_OUT else "ok")


def test_staff_without_projects_see_no_rows(world: World) -> None:
    asker, wrong = Asker(world, "staff"), []
    for path in addresses(world, "admin/"):
        for method in ("GET", "POST"):
            told = asker.ask(method, path)
            seen = [name for name in names(world, but="staff") if name in told.body]
            if seen or told.leaks or told.written or told.got.startswith("5"):
                wrong.append(f"{method} {path}: {told}, sees {seen}")
    assert not wrong, "\n".join(wrong)


def test_a_staff_manager_sees_nothing_of_another_project_and_no_answers(world: World) -> None:
    manager = world.user("manager")
    manager.is_staff = True
    manager.save(update_fields=["is_staff"])
    theirs = [world.other_project.name, world.there.queue.name, world.user("other_manager").email]
    asker = Asker(world, "manager")
    wrong = [
        f"{path}: {told}"
        for path in addresses(world, "admin/")
        if (told := asker.ask("GET", path)).written
        or any(word in told.body for word in (*theirs, *ANSWERS))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_superuser_may_look(world: World) -> None:
    told = Asker(world, "superuser").ask("GET", "/admin/projects/project/")
    assert told.got == "ok"
    assert world.project.name in told.body


@pytest.mark.parametrize("actor", ACTORS)
def test_account_pages_show_nothing_and_change_nothing(world: World, actor: str) -> None:
    asker = Asker(world, actor)
    wrong = [
        f"{method} {path}: {told}"
        for path in addresses(world, "accounts/")
        for method in ("GET", "POST")
        if (told := asker.ask(method, path)).got not in ("ok", "login", "405")
        or told.leaks
        or told.written
        or any(word in told.body for word in names(world, but=actor))
    ]
    assert not wrong, "\n".join(wrong)
