"""Processes are killed while people work: what the site acknowledged is there, nothing is torn.

The clients' own notes are held against the rows afterwards, and every invariant is checked.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from ..tally import tally
from .clients import Annotator, violations
from .site import RECOVER_SECONDS, Campaign, Site

pytestmark = pytest.mark.needs_a_core

SEED = 20
KILLS = int(os.environ.get("KILLS", "500"))  # of the soak
EVERYTHING = ("web", "worker", "beat")


@contextmanager
def at_work(site: Site, campaign: Campaign) -> Iterator[list[Annotator]]:
    """All annotators of a queue; at the end their notes are judged, and the invariants."""
    people = [Annotator(site, campaign, user) for user in campaign.sessions]
    for person in people:
        person.start()
    try:
        yield people
    finally:
        for person in people:
            person.end()
    logs = [person.log for person in people]
    told: Counter[str] = sum((log.told for log in logs), Counter())
    found = violations(site, campaign, logs)
    tally("people at work while processes are killed", told | site.faults, violations=found.total())
    site.faults.clear()
    assert found == {}, [log.troubles for log in logs]
    assert "invariants hold" in site.check_invariants()


def _where_it_hangs(site: Site, people: list[Annotator]) -> str:
    """What was done to the site last, what became of each person's requests, and what ran."""
    queries = "select pid, state, wait_event, left(query, 90) from pg_stat_activity"
    running = {name: process.poll() for name, process in site.composed.running.items()}
    postgres = site.folder.joinpath("var/log/postgres.log").read_text(errors="replace")
    told = [f"{person.cycles} {person.log.told} {person.said}" for person in people]
    parts = [f"the site does not recover from {site.last}", *told, running, site.ask(queries)]
    return "\n".join(str(part) for part in [*parts, site.composed.said(), postgres[-3000:]])


def await_more_work(site: Site, people: list[Annotator], cycles: int) -> None:
    """Everybody gets so much further, which shows that the site serves."""
    wanted = {person: person.cycles + cycles for person in people}
    deadline = time.monotonic() + RECOVER_SECONDS
    while any(person.cycles < goal for person, goal in wanted.items()):
        assert time.monotonic() < deadline, _where_it_hangs(site, people)
        assert all(person.is_alive() for person in people), [p.log.troubles for p in people]
        site.start_again()
        time.sleep(0.05)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "seconds",
    [pytest.param(0, id="briefly"), pytest.param(60, id="a minute", marks=pytest.mark.soak)],
)
def test_people_work_with_no_worker_no_beat_and_a_redis_that_does_not_answer(
    site: Site, seconds: int
) -> None:
    """`seconds`: for so long at least; and until everybody got ahead, and on after a lapse."""
    campaign = site.seed(people=2, items=200 + 100 * seconds, required=1)
    site.end("worker", "beat")
    site.start("web")
    site.await_serving()
    with site.redis_stopped(), at_work(site, campaign) as people:
        over = time.monotonic() + seconds
        await_more_work(site, people, 5)
        while time.monotonic() < over:
            await_more_work(site, people, 1)
        site.faults["redis stopped"] += 1
        site.ask(
            "update queues_slot set expires_at = clock_timestamp() - interval '1 second'"
            " where queue_id = %s and state = 'held' and expires_at is not null", campaign.queue,
        )  # fmt: skip
        await_more_work(site, people, 5)


WAKE = """
import signal
from annotate_site.jobs.outbox import wake
signal.alarm(20)  # it takes half a second, or the 30 seconds for which a worker waits for work
wake()
print("told")
"""


@pytest.mark.timeout(300)
def test_a_page_with_work_for_the_worker_does_not_wait_for_redis(site: Site) -> None:
    with site.redis_stopped():
        said = site.composed.run("web", "python", "manage.py", "shell", "-v0", "-c", WAKE)
    assert said.split() == ["told"]


@pytest.mark.timeout(14_400)
@pytest.mark.parametrize(
    "kills",
    [pytest.param(8, id="8"), pytest.param(KILLS, id="many", marks=pytest.mark.soak)],
)
def test_nothing_acknowledged_is_lost_whatever_is_killed(site: Site, kills: int) -> None:
    campaign = site.seed(people=4, items=max(1000, 20 * kills), required=2)
    site.start(*EVERYTHING)
    site.await_serving()
    chance = Random(SEED)
    with at_work(site, campaign) as people:
        for hurt in site.hurts(chance, kills):
            await_more_work(site, people, 1)
            time.sleep(chance.uniform(0, 0.2))
            hurt()
        await_more_work(site, people, 3)
