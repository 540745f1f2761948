"""/metrics: for a bearer of the token alone, from rows and from what all processes counted."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from annotate_site.jobs.heartbeat import WORKER, note
from annotate_site.projects.models import Job, Outbox
from queues.models import Slot

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-more-than-twenty-characters"


@pytest.fixture
def browser(settings: Settings) -> Client:
    settings.METRICS_TOKEN = TOKEN
    return Client()


def scraped(browser: Client) -> dict[str, float]:
    """{name with labels: value} as Prometheus reads it."""
    response = browser.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    # Imported when the site has imported the library: it reads its surroundings then.
    from prometheus_client.parser import text_string_to_metric_families

    families = text_string_to_metric_families(response.content.decode())
    return {
        one.name + "".join(f",{key}={one.labels[key]}" for key in sorted(one.labels)): one.value
        for family in families
        for one in family.samples
    }


def test_without_a_token_in_the_settings_there_is_no_such_page(client: Client) -> None:
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer wrong"}, {"authorization": "ä"}])
def test_another_token_gets_nothing(browser: Client, header: dict[str, str]) -> None:
    response = browser.get("/metrics", headers=header)
    assert (response.status_code, b"annotate_" in response.content) == (401, False)


def test_rows_are_counted_when_it_is_asked(browser: Client, cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=2)
    browser.force_login(cast.annotator)
    browser.post(f"/p/{cast.project.slug}/annotate/queues/{queue.pk}/workspace/")
    Job.objects.create(project=cast.project, kind="import", title="x", state="running")
    Outbox.objects.create(topic="job", key="1")
    note_in_this_transaction(WORKER)
    found = scraped(browser)
    assert found["annotate_database_up"] == found["annotate_redis_up"] == 1
    assert found["annotate_holds_live"] == 1
    assert found["annotate_jobs,state=running"] == 1
    assert found["annotate_outbox_due"] == 1
    assert 0 <= found["annotate_heartbeat_age_seconds,process=worker"] < 60
    factories.lapse(Slot.objects.get(state="held").pk)
    assert scraped(browser)["annotate_holds_live"] == 0


def note_in_this_transaction(name: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "close", lambda: None)
        note(name)


def test_requests_are_counted_by_the_name_of_the_page_and_never_by_its_address(
    browser: Client, cast: Cast
) -> None:
    name = "annotate_http_requests_total,method=GET,route=queues:queue-detail,status=404"
    other = "annotate_http_requests_total,method=other,route=none,status=404"
    before = scraped(browser)
    browser.force_login(cast.manager)
    queues = f"/p/{cast.project.slug}/annotate/queues/"
    for number in range(3):
        assert browser.get(f"{queues}{UUID(int=number)}/").status_code == 404
        browser.generic(f"BREW{number}", f"/no/such/place/{number}")
    after = scraped(browser)
    assert after[name] - before.get(name, 0) == 3
    assert after[other] - before.get(other, 0) == 3
    timed = "annotate_http_request_seconds_count,route=queues:queue-detail"
    assert after[timed] - before.get(timed, 0) == 3
    assert not re.search(r"[0-9a-f]{8}-|no/such|BREW", "".join(after))


def test_without_a_database_it_says_that_alone(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr("annotate_site.status.sql.rows", away)
    monkeypatch.setattr("annotate_site.status.sql.one", away)
    found = scraped(browser)
    assert found["annotate_database_up"] == 0
    assert "annotate_outbox_due" not in found
