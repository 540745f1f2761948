"""A session's page: its traces as one reading, the sums of all of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from annotate_site.projects.models import Project, User
from tests import factories
from tests.conftest import Cast
from traces import sessions
from traces.models import Trace

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
NOW = timezone.now()


def make_session(project: Project, number: int, **more: Any) -> list[Trace]:
    return [
        factories.make_trace(
            project, f"Question {n}", session_id="s/1 é&", start=NOW + timedelta(minutes=n),
            end=NOW + timedelta(minutes=n, seconds=30), **more,
        )
        for n in range(number)
    ]  # fmt: skip


def address(project: Project, **query: str) -> tuple[str, dict[str, str]]:
    return reverse("traces:session-detail", args=[project.slug]), {"id": "s/1 é&", **query}


def page(client: Client, project: Project, **query: str) -> Any:
    response = client.get(*address(project, **query))
    assert response.status_code == 200
    return response


def test_its_traces_are_read_in_order_with_the_sums_of_all(cast: Cast, browser_of: Browser) -> None:
    traces = make_session(cast.project, 3, tokens_in=10, cost="0.5", latency=2000)
    Trace.objects.filter(pk=traces[1].pk).update(status="error", cost=None)
    factories.make_trace(cast.project, "Of another session", session_id="s/2")
    response = page(browser_of(cast.viewer), cast.project)
    text = response.content.decode()
    assert [text.index(f"Question {n}</p>") for n in range(3)] == sorted(
        text.index(f"Question {n}</p>") for n in range(3)
    )
    assert "Of another session" not in text
    facts = {fact.label: fact.value for fact in response.context["facts"]}
    assert facts == {
        "Traces": "3", "Failed": "1 of 3", "From first to last": "2 min 30 s",
        "Latency, sum": "6.0 s", "Tokens in": "30", "Cost": "1",
    }  # fmt: skip
    assert f"/traces/{traces[2].pk}/" in text
    assert "filter=session%3Ais%3As%2F1+%C3%A9%26" in text
    assert "Add to queue" not in text


def test_a_long_session_has_pages_that_lead_on_and_back(
    cast: Cast, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "PAGE", 2)
    traces, client = make_session(cast.project, 5), browser_of(cast.viewer)
    seen, after = [], ""
    while True:
        found = page(client, cast.project, after=after).context["page"]
        seen += [trace.pk for trace in found.traces]
        if not found.after:
            break
        after = str(found.after)
    assert seen == [trace.pk for trace in traces]
    back = page(client, cast.project, before=str(found.before)).context["page"]
    assert [trace.pk for trace in back.traces] == [trace.pk for trace in traces[2:4]]


@pytest.mark.parametrize("wrong", ["", "nobody's", "a\x00b", "x" * 5000])
def test_a_session_that_is_not_there_is_404(cast: Cast, browser_of: Browser, wrong: str) -> None:
    factories.make_trace(cast.project)
    make_session(cast.other_project, 1)
    client = browser_of(cast.viewer)
    assert client.get(*address(cast.project, id=wrong)).status_code == 404
    assert client.get(*address(cast.project)).status_code == 404


def test_a_place_that_no_page_has_written_is_the_beginning(cast: Cast, browser_of: Browser) -> None:
    make_session(cast.project, 1)
    for wrong in ("nonsense", "2026-01-01T00:00:00~x", "\x00"):
        found = page(browser_of(cast.viewer), cast.project, after=wrong).context["page"]
        assert len(found.traces) == 1


@pytest.mark.parametrize("number", [2, 9])
def test_the_page_costs_the_same_for_few_traces_and_for_many(
    cast: Cast,
    browser_of: Browser,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    make_session(cast.project, number)
    client = browser_of(cast.viewer)
    with django_assert_num_queries(8):
        page(client, cast.project)
