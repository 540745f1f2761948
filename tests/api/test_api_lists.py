"""Pages, cursors and filters of lists."""

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from django.core import signing

from annotate_site.api.paging import SALT
from tests import factories
from tests.conftest import Cast

from .conftest import Make, Program

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def names(cast: Cast) -> list[str]:
    """Seven traces, newest first; two of the same moment."""
    found = [
        factories.make_trace(
            cast.project, name=f"n{number}", start=NOON - timedelta(minutes=number // 2),
            status="error" if number % 2 else "ok",
        )
        for number in range(7)
    ]  # fmt: skip
    ordered = sorted(found, key=lambda one: (one.start, one.pk), reverse=True)
    return [one.name for one in ordered]


def walk(asking: Program, query: str) -> list[list[str]]:
    pages, cursor = [], ""
    while True:
        told = asking.traces("GET", f"?{query}&cursor={cursor}").json()
        pages.append([one["name"] for one in told["items"]])
        cursor = told["next_cursor"]
        if cursor is None:
            return pages


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_give_every_trace_once_in_order(program: Make, names: list[str], limit: int) -> None:
    pages = walk(program("read"), f"limit={limit}")
    assert list(chain(*pages)) == names
    assert all(len(page) <= limit for page in pages)


def test_the_filter_is_that_of_the_page(program: Make, names: list[str]) -> None:
    found = chain(*walk(program("read"), "filter=status:is:error&limit=2"))
    assert list(found) == [name for name in names if int(name[1:]) % 2]
    assert walk(program("read"), "filter=name:contains:N3") == [["n3"]]
    assert walk(program("read"), "filter=name:is:n3&filter=status:is:error") == [["n3"]]


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_a_sorted_list_in_pages(program: Make, names: list[str], sort: str) -> None:
    pages = walk(program("read"), f"sort={sort}&limit=3")
    assert list(chain(*pages)) == sorted(names, reverse=sort.startswith("-"))


def first_cursor(asking: Program) -> str:
    cursor: str = asking.traces("GET", "?limit=1").json()["next_cursor"]
    return cursor


@pytest.mark.parametrize(
    "change",
    [
        lambda cursor: cursor[:-1] + ("A" if cursor[-1] != "A" else "B"),
        lambda cursor: cursor[1:],
        lambda cursor: "2026-11-30T12:00:00+00:00~00000000-0000-7000-8000-000000000000",
        lambda cursor: signing.dumps(["elsewhere", "x"], salt=SALT),
        lambda cursor: signing.dumps("text", salt=SALT),
        lambda cursor: signing.dumps(signing.loads(cursor, salt=SALT), salt="other"),
        lambda cursor: "\u00e9%00%ed%a0%80",
        lambda cursor: "x" * 20_000,
    ],
)
def test_a_cursor_that_was_tampered_with_is_refused(
    program: Make, names: list[str], change: Any
) -> None:
    asking = program("read")
    response = asking.traces("GET", f"?cursor={change(first_cursor(asking))}")
    assert response.status_code == 422
    assert [one["path"] for one in response.json()["errors"]] == ["cursor"]


def test_a_cursor_leads_on_in_its_own_list_alone(
    cast: Cast, program: Make, names: list[str]
) -> None:
    cursor = first_cursor(program("read"))
    assert program("read").traces("GET", f"?filter=status:is:ok&cursor={cursor}").status_code == 422
    _, secret = factories.make_secret_token(cast.other_project, cast.other_manager, "read")
    elsewhere = Program(f"/projects/{cast.other_project.slug}", secret)
    assert elsewhere.traces("GET", f"?cursor={cursor}").status_code == 422


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "", "1.5", "9" * 5000, "\u00b2", "%00"])
def test_a_limit_that_cannot_be_is_told_with_its_name(program: Make, limit: str) -> None:
    response = program("read").traces("GET", f"?limit={limit}")
    assert response.status_code == 422
    assert [one["path"] for one in response.json()["errors"]] == ["limit"]


def test_a_filter_that_is_not_understood_is_told_with_its_name(program: Make) -> None:
    response = program("read").traces(
        "GET", "?filter=status:is:broken&filter=cost:gt:x&name=x&sort=x"
    )
    told = response.json()
    assert (response.status_code, told["code"]) == (422, "invalid")
    assert [one["path"] for one in told["errors"]] == ["name", "filter", "filter", "sort"]
    assert all(one["message"].endswith(".") for one in told["errors"])


@pytest.mark.parametrize(
    "rest",
    ["/%00", "/%ed%a0%80", "/" + "9" * 5000, "/..%2f", "/a%2fb", "/-1", "/\u00b2",
     "?filter=name:is:%00&filter=%00", "?filter=queue:is:%ed%a0%80",
     "?filter=name:contains:" + "x" * 9000,
     "?filter=" + "&filter=".join(["cost:gt:1"] * 500), "?filter=tokens:gt:" + "9" * 5000],
)  # fmt: skip
def test_no_address_is_an_error_of_ours(program: Make, rest: str) -> None:
    for method in ("GET", "DELETE", "POST", "PUT", "HEAD", "OPTIONS"):
        assert program().traces(method, rest).status_code < 500
