"""Every route, both methods, every actor: what table.py says, and nothing else."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from .asking import Asker
from .routes import routes, unlisted
from .table import ACTORS, MAIL_STOP, PREFIXES, PROGRAMS, TABLE
from .world import World

ADVICE = "say in tests/authorization/table.py who may ask: "


def test_every_route_has_a_line_in_the_table() -> None:
    assert not unlisted(), ADVICE + ", ".join(unlisted())


def test_every_line_of_the_table_is_a_route() -> None:
    assert set(TABLE) - {route for route, _ in routes()} == set()


def test_a_route_without_a_line_is_found() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert unlisted([path("p/<slug:project>/new-thing/", view)]) == ["p/<slug:project>/new-thing/"]


def test_every_view_of_ours_says_its_guard() -> None:
    bare = [
        route
        for route, pattern in routes()
        if not route.startswith(PREFIXES) and not getattr(pattern.callback, "guard", None)
    ]
    assert bare == []


@pytest.mark.parametrize("actor", ACTORS)
def test_everywhere(world: World, actor: str) -> None:
    """Both methods of every route: the cell, no change but by a POST that is ok, no leak."""
    asker, wrong = Asker(world, actor), []
    for route, row in TABLE.items():
        for method in ("GET", "POST"):
            told, (got, writes) = asker.route(route, method), row.cell(method, actor)
            if (told.got, told.written, told.leaks) != (got, writes, []):
                wrong.append(f"{method} /{route}: {told}, expected {got}, writes: {writes}")
    assert not wrong, "\n".join(wrong)


def test_no_other_method_changes_anything(world: World) -> None:
    asker = Asker(world, "owner")
    changed = [
        f"{method} /{route}: {told}"
        for route in TABLE
        for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")
        if (told := asker.route(route, method)).written or told.got.startswith("5")
    ]
    assert not changed, "\n".join(changed)


def test_no_form_is_taken_from_another_site(world: World) -> None:
    """A POST without the page's CSRF token, by somebody who may do everything."""
    asker = Asker(world, "owner", csrf=True)
    taken = [
        f"/{route}: {told}"
        for route, row in TABLE.items()
        if row.post is not None
        and not route.startswith((*PROGRAMS, MAIL_STOP))
        and ((told := asker.route(route, "POST")).got, told.written) != ("403", False)
    ]
    assert not taken, "\n".join(taken)
