"""The site behind PgBouncer in transaction mode: each transaction gets another session."""

import http.client
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.site.composing import HOST

from .clients import ITEM, Annotator, Unknown, violations
from .pooling import Pooler, pooled
from .site import Campaign, Site, another_web

pytestmark = pytest.mark.needs_a_core

CYCLES = 5  # of each of four people: more statements of one kind than are prepared after
SET_STATUS = """
from annotate_site.projects.events import SYSTEM
from queues.actions.status import {verb}
from queues.models import Queue
{verb}(queue=Queue.objects.get(pk="{queue}"), actor=SYSTEM)
"""


@pytest.fixture(scope="module")
def pooler(site: Site) -> Iterator[Pooler]:
    site.composed.run("web", "python", "manage.py", "set_timeouts")
    with pooled(site) as found:
        yield found
    site.ask("alter role annotate reset all")


@pytest.fixture(scope="module")
def web(site: Site, pooler: Pooler) -> Iterator[int]:
    with another_web(site, **pooler.environment) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/readyz", headers={"Host": HOST})
        told = json.loads(connection.getresponse().read())
        connection.close()
        assert (told["database"], told["timeouts"]) == ("ok", "ok"), site.composed.said()
        yield port


@pytest.fixture(scope="module")
def campaign(site: Site) -> Campaign:
    return site.seed(people=4, items=60, required=2)


def manage(site: Site, pooler: Pooler, *arguments: str) -> str:
    """What a command of the site prints that reaches the database through the pooler."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=site.composed.app,
        env=site.composed.environment("web") | pooler.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def people(site: Site, campaign: Campaign, web: int) -> Iterator[list[Annotator]]:
    """Annotators who save every answer and skip none."""
    found = [Annotator(site, campaign, user, web) for user in campaign.sessions]
    for one in found:
        one.chance.random = lambda: 0.2  # type: ignore[method-assign]
    yield found
    for one in found:
        one.connection.close()


@pytest.mark.timeout(300)
def test_people_claim_save_and_submit_through_it(
    site: Site, campaign: Campaign, pooler: Pooler, people: list[Annotator]
) -> None:
    def work(one: Annotator) -> None:
        for _ in range(CYCLES):
            one.cycle()

    with ThreadPoolExecutor(len(people)) as threads:
        list(threads.map(work, people))
    told: Counter[str] = sum((one.log.told for one in people), Counter())
    assert told == {"accepted": CYCLES * len(people), "saved": CYCLES * len(people)}
    assert violations(site, campaign, [one.log for one in people]) == {}
    assert "invariants hold" in manage(site, pooler, "check_invariants")


@pytest.mark.timeout(300)
def test_a_pause_stops_new_items_through_it(
    site: Site, campaign: Campaign, pooler: Pooler, people: list[Annotator]
) -> None:
    for verb, opens in (("pause_queue", False), ("resume_queue", True)):
        script = SET_STATUS.format(verb=verb, queue=campaign.queue)
        manage(site, pooler, "shell", "-v0", "-c", script)
        lapse_all(site, campaign)
        page = people[0].insist(people[0].start_path, {})[1]
        assert bool(ITEM.search(page)) is opens


def lapse_all(site: Site, campaign: Campaign) -> None:
    site.ask(
        "update queues_slot set expires_at = clock_timestamp(), remaining = null"
        " where queue_id = %s and state = 'held'",
        campaign.queue,
    )


@pytest.mark.timeout(300)
def test_a_lock_timeout_is_honoured_through_it(
    site: Site, pooler: Pooler, people: list[Annotator]
) -> None:
    person = people[1]
    with psycopg.connect(site.composed.database_url) as other:
        other.execute("lock table queues_slot")
        with pooler.connect() as session, pytest.raises(psycopg.errors.LockNotAvailable):
            session.execute("select 1 from queues_slot")
        with pytest.raises(Unknown) as refused:
            person.ask(person.start_path, {})
        assert refused.value.__cause__ is None, "it answered: an error, not silence"
    person.cycle()
    assert person.log.told["accepted"] == 1


def test_nothing_is_skipped_where_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    from . import pooling

    monkeypatch.setattr(pooling, "PROGRAM", None)
    monkeypatch.setitem(os.environ, "REQUIRE_PGBOUNCER", "1")
    with pytest.raises(pytest.fail.Exception):
        pooling.demand_pgbouncer()
