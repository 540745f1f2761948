from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site.projects.models import Project, User
from tests import factories
from tests.conftest import Cast

from .samples import MARKUP

Browser = Callable[[User], Client]


def url(project: Project, name: str = "trace-list") -> str:
    return reverse(f"traces:{name}", args=[project.slug])


def page(client: Client, project: Project, **query: str) -> str:
    response = client.get(url(project), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("name", ["trace-list", "trace-count", "trace-over-time", "trace-facets"])
def test_only_those_who_read_traces_get_in(cast: Cast, browser_of: Browser, name: str) -> None:
    address = url(cast.project, name)
    answers = {
        who: browser_of(getattr(cast, who)).get(address).status_code
        for who in ("manager", "viewer", "member", "annotator", "stranger", "other_manager")
    }
    assert answers == {
        "manager": 200, "viewer": 200, "member": 403, "annotator": 403, "stranger": 404,
        "other_manager": 404,
    }  # fmt: skip
    login = Client().get(address)
    assert login.status_code == 302
    assert login["Location"].startswith(reverse("account_login"))


def test_a_manager_may_upload_and_select_a_viewer_only_reads(
    cast: Cast, browser_of: Browser
) -> None:
    trace = factories.make_trace(cast.project, name="Parcel")
    mine, theirs = (page(browser_of(u), cast.project) for u in (cast.manager, cast.viewer))
    assert url(cast.project, "trace-upload") in mine
    assert f'name="trace" value="{trace.pk}"' in mine
    assert "Parcel" in theirs
    assert url(cast.project, "trace-upload") not in theirs
    assert 'name="trace"' not in theirs
    assert reverse("queues:item-add", args=[cast.project.slug]) not in theirs


def test_a_row_tells_what_was_said_and_in_which_queues_it_is(
    cast: Cast, browser_of: Browser
) -> None:
    trace = factories.make_trace(
        cast.project, "Where is my parcel?", model="small-1", latency=2500, tokens_in=1200
    )
    queue = factories.make_queue(cast.project, by=cast.manager, name="Parcels")
    factories.add_items(queue, [trace])
    text = page(browser_of(cast.viewer), cast.project)
    for word in ("Where is my parcel?", "small-1", "2.5 s", "1,200 → –", "Parcels"):
        assert word in text


def test_the_filter_stays_in_the_form_and_in_the_links(
    cast: Cast, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traces.queries.PAGE", 1)
    for name in ("one & two", "one & three", "other"):
        factories.make_trace(cast.project, name=name, status="error")
    text = page(browser_of(cast.manager), cast.project, name="one &", status="error")
    assert 'value="one &amp;"' in text
    assert '<option value="error" selected>' in text
    assert "?filter=name%3Acontains%3Aone+%26&amp;filter=status%3Ais%3Aerror&amp;after=" in text
    assert "?all=1&amp;filter=name%3Acontains%3Aone+%26&amp;filter=status%3Ais%3Aerror" in text


def test_an_empty_list_says_why(cast: Cast, browser_of: Browser) -> None:
    manager = browser_of(cast.manager)
    assert "No traces yet." in page(manager, cast.project)
    factories.make_trace(cast.project)
    assert "No trace matches this filter." in page(manager, cast.project, name="absent")
    text = page(manager, cast.project, status="broken")
    assert "A status is one of ok, error and unset." in text
    assert 'name="trace"' not in text


def test_the_count_arrives_apart(cast: Cast, browser_of: Browser) -> None:
    for number in range(3):
        factories.make_trace(cast.project, name=f"run {number}")
    manager = browser_of(cast.manager)
    assert "3 traces" not in page(manager, cast.project)
    text = manager.get(url(cast.project, "trace-count"), {"name": "run"}).content.decode()
    assert text.split()[:2] == ["3", "traces"]
    assert "3 that match" in text
    viewers = browser_of(cast.viewer).get(url(cast.project, "trace-count")).content.decode()
    assert "hx-swap-oob" not in viewers


def test_a_broken_place_in_the_list_shows_its_beginning(cast: Cast, browser_of: Browser) -> None:
    factories.make_trace(cast.project, name="Parcel")
    assert "Parcel" in page(browser_of(cast.viewer), cast.project, after="nonsense")


def test_the_list_costs_as_many_statements_with_60_rows_as_with_3(
    cast: Cast, browser_of: Browser
) -> None:
    client = browser_of(cast.manager)
    queue = factories.make_queue(cast.project, by=cast.manager)

    def statements() -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(client, cast.project)
        return [query["sql"] for query in captured]

    factories.add_items(queue, [factories.make_trace(cast.project) for _ in range(3)])
    few = statements()
    factories.add_items(queue, [factories.make_trace(cast.project) for _ in range(57)])
    many = statements()
    assert len(many) == len(few) <= 11
    assert not [sql for sql in many if "traces_span" in sql or "attributes" in sql]


def test_what_a_trace_says_is_never_markup(cast: Cast, browser_of: Browser) -> None:
    factories.make_trace(cast.project, MARKUP, name=MARKUP, model=MARKUP, trace_id=MARKUP)
    text = page(browser_of(cast.manager), cast.project, name="<script>")
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)") >= 3
