"""The rows of the filter on the page, with and without a script; a wrong one says why."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import Project, User
from tests import factories
from tests.conftest import Cast
from traces.filters import Row

Browser = Callable[[User], Client]
EMPTY = {"column": "", "of": "", "operator": "", "value": "", "until": ""}


@pytest.fixture
def client(cast: Cast, browser_of: Browser) -> Client:
    return browser_of(cast.viewer)


def url(cast: Cast, name: str = "trace-list") -> str:
    return reverse(f"traces:{name}", args=[cast.project.slug])


def sent(*rows: dict[str, str], **more: str) -> str:
    """What the form of these rows sends."""
    data = QueryDict(mutable=True)
    for number, row in enumerate(rows):
        for name, value in ({"row": f"r{number}"} | EMPTY | row).items():
            data.appendlist(name, value)
    for name, value in more.items():
        data[name] = value
    return data.urlencode()


def address(client: Client, cast: Cast, query: str) -> dict[str, list[str]]:
    response = client.get(f"{url(cast)}?{query}")
    assert response.status_code == 302
    return parse_qs(urlsplit(response["Location"]).query)


NAME = {"column": "name", "operator": "contains", "value": "a:b"}
SLOW = {"column": "latency", "operator": "gt", "value": "2.5"}


def test_the_form_becomes_an_address(client: Client, cast: Cast) -> None:
    query = sent(NAME, SLOW, sort="-cost", columns="time,cost")
    assert address(client, cast, query) == {
        "filter": ["name:contains:a:b", "latency:gt:2.5"], "sort": ["-cost"],
        "columns": ["time,cost"],
    }  # fmt: skip
    assert address(client, cast, sent({"column": "name", "operator": "contains"})) == {}
    assert address(client, cast, sent(NAME, EMPTY)) == {"filter": ["name:contains:a:b"]}


def test_a_condition_is_added_and_removed_without_a_script(client: Client, cast: Cast) -> None:
    assert address(client, cast, sent(NAME, SLOW, remove="r0")) == {"filter": ["latency:gt:2.5"]}
    added = address(client, cast, sent(NAME, add="1"))
    assert added == {"filter": ["name:contains:a:b"], "adding": ["1"]}
    text = client.get(url(cast), added).content.decode()
    assert text.count('name="row"') == 2
    chosen = address(client, cast, sent(NAME, {"column": "queue"}))
    assert chosen["filter"] == ["name:contains:a:b", "queue:is"]
    assert "Give a value to compare with." in client.get(url(cast), chosen).content.decode()


def test_times_of_the_form_are_the_projects(client: Client, cast: Cast) -> None:
    Project.objects.filter(pk=cast.project.pk).update(time_zone="Europe/Berlin")
    row = {"column": "time", "operator": "between", "value": "2026-05-01T10:00"}
    found = address(client, cast, sent(row | {"until": "2026-12-01T10:00"}))
    assert found == {"filter": ["time:between:2026-05-01T08:00:00Z..2026-12-01T09:00:00Z"]}
    text = client.get(url(cast), found).content.decode()
    assert 'value="2026-05-01T10:00:00"' in text
    assert 'value="2026-12-01T10:00:00"' in text


def test_a_wrong_row_says_why_where_it_is_and_nothing_is_lost(client: Client, cast: Cast) -> None:
    factories.make_trace(cast.project, name="a:b")
    found = address(client, cast, sent(NAME, SLOW | {"value": "long"}))
    text = client.get(url(cast), found).content.decode()
    rows = text.split('<fieldset class="filter-row">')[1:]
    assert [("is not a number" in row) for row in rows] == [False, True]
    assert 'value="long"' in rows[1]
    assert 'value="a:b"' in rows[0]
    assert "row-main" not in text


def fragment(client: Client, cast: Cast, **row: str) -> str:
    return client.get(f"{url(cast, 'filter-row')}?{sent(row)}").content.decode()


def options(text: str, name: str) -> list[str]:
    found = re.search(rf'<select name="{name}".*?</select>', text, re.S)
    return re.findall(r'<option value="([^"]*)"', found[0]) if found else []


def test_a_row_offers_what_its_column_takes(client: Client, cast: Cast) -> None:
    queue = factories.make_queue(cast.project, by=cast.manager)
    asked = queue.queue_fields.get().field
    assert options(fragment(client, cast, column="status"), "value") == ["ok", "error", "unset"]
    assert options(fragment(client, cast, column="queue"), "value") == [str(queue.pk)]
    assert options(fragment(client, cast, column="state"), "of") == [str(queue.pk)]
    feedback = fragment(client, cast, column="feedback")
    assert options(feedback, "of") == [str(asked.lineage)]
    assert asked.name in unescape(feedback)
    empty = fragment(client, cast, column="model", operator="is_empty")
    assert '<input type="hidden" name="value">' in empty
    times = fragment(client, cast, column="time", operator="between", value="24h")
    assert times.count("datetime-local") == 2
    assert "24h" not in times


def test_a_rows_operator_and_value_stay_where_the_new_column_takes_them(
    client: Client, cast: Cast
) -> None:
    kept = fragment(client, cast, column="model", operator="starts_with", value="gpt")
    assert 'value="gpt"' in kept
    assert '<option value="starts_with" selected' in " ".join(kept.split())
    other = fragment(client, cast, column="cost", operator="starts_with", value="gpt")
    assert 'value="gpt"' not in other


@pytest.mark.parametrize("strange", ["nonsense", "\x00", "project__name", "a" * 3000])
def test_a_strange_row_costs_nothing(client: Client, cast: Cast, strange: str) -> None:
    row: dict[str, Any] = dict.fromkeys(("column", "of", "operator", "value", "until"), strange)
    assert client.get(f"{url(cast, 'filter-row')}?{sent(row)}").status_code == 200
    for column in ("time", "feedback", "state", "attribute", "tags"):
        query = sent(row | {"column": column})
        assert client.get(f"{url(cast)}?{query}", follow=True).status_code == 200


def test_a_row_of_the_form_is_one_of_the_address(client: Client, cast: Cast) -> None:
    row = Row("attribute", "is", "x:y", "a.b:c%")
    given = {"column": row.column, "of": row.of, "operator": row.operator, "value": row.value}
    found = address(client, cast, sent(given))["filter"]
    assert [Row.parse(text) for text in found] == [row]
