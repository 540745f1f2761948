"""Web servers whose clocks are wrong: every lease is the database's, whoever hands it out."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from glob import glob

import pytest

from .clients import Annotator
from .site import Campaign, Site, another_web

pytestmark = pytest.mark.needs_a_core
FAKETIME = glob("/usr/lib/*/faketime/libfaketime.so.1")
LEASE = 3600  # seconds, the queue's timeout
SHIFTS = {
    "an hour fast": {"FAKETIME": "+1h"},
    "an hour slow": {"FAKETIME": "-1h"},
    "as summer time begins in Berlin": {"FAKETIME": "@2027-03-28 01:59:58", "TZ": "Europe/Berlin"},
    "as summer time ends in New York": {
        "FAKETIME": "@2027-11-07 01:59:58", "TZ": "America/New_York",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def campaign(site: Site) -> Campaign:
    if not FAKETIME:
        if os.environ.get("REQUIRE_FAKETIME"):
            pytest.fail("libfaketime is not installed")
        pytest.skip("libfaketime is not installed; on Debian and Ubuntu: apt install libfaketime")
    return site.seed(people=1, items=60, required=1)


@pytest.fixture(params=SHIFTS)
def wrong(request: pytest.FixtureRequest, site: Site, campaign: Campaign) -> Iterator[int]:
    """The port of a web server with a wrong clock."""
    environment = {"LD_PRELOAD": FAKETIME[0], "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    environment |= {"FAKETIME_NO_CACHE": "1", **SHIFTS[request.param]}
    assert abs(clock_in(environment) - time.time()) > LEASE - 60, "the clock is not wrong"
    with another_web(site, **environment) as port:
        yield port


def clock_in(environment: dict[str, str]) -> float:
    """What a Python started in this environment takes for the time."""
    command = [sys.executable, "-c", "import time; print(time.time())"]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, check=True)
    return float(done.stdout)


def held(site: Site, campaign: Campaign, user: int) -> tuple[float, float]:
    """Of the user's hold: seconds left by the database's clock, and since it began."""
    rows = site.ask(
        "select extract(epoch from expires_at - clock_timestamp())::float8,"
        "       extract(epoch from clock_timestamp() - held_at)::float8"
        "  from queues_slot where queue_id = %s and annotator_id = %s and state = 'held'",
        campaign.queue, user,
    )  # fmt: skip
    ((left, since),) = rows
    return left, since


def shown(page: str) -> int:
    """The seconds left that the page counts down from."""
    found = re.search(r'id="ws-time" data-seconds="(\d+)"', page)
    assert found, page[:2000]
    return int(found[1])


@pytest.mark.timeout(300)
def test_a_wrong_clock_makes_no_other_lease(site: Site, campaign: Campaign, wrong: int) -> None:
    (user,) = campaign.sessions
    person = Annotator(site, campaign, user, port=wrong)
    with closing(person.connection):
        page = person.insist(person.start_path, {})[1]
        left, since = held(site, campaign, user)
        assert LEASE - 60 < left <= LEASE
        assert 0 <= since < 60
        assert left - 5 < shown(page) < left + 60
        leave(site, campaign, "10 minutes")
        assert shown(person.insist(person.start_path, {})[1]) <= 600, "ten minutes are left"
        leave(site, campaign, "-1 second")
        person.insist(person.start_path, {})
        assert held(site, campaign, user)[0] > LEASE - 60, "the old hold is over, this is a new one"
        person.cycle()
    assert person.log.told["accepted"] + person.log.told["skipped"] == 1


def leave(site: Site, campaign: Campaign, left: str) -> None:
    """Moves the expiry of what is held."""
    site.ask(
        "update queues_slot set expires_at = clock_timestamp() + %s::text::interval"
        " where queue_id = %s and state = 'held'", left, campaign.queue,
    )  # fmt: skip
