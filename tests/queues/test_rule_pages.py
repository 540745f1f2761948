"""Rules on their pages: made from a filter or a view, tried out, turned off and on, deleted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.items.changing import remove_item
from queues.actions.rules import feed
from queues.models import Item, Queue, Rule
from queues.queries import dry_run as dry_runs
from traces.arrivals import settling
from traces.models import SavedView

from .. import factories
from ..conftest import Cast
from .feeding import arrive, make_rule
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _quiet_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "QUIET", timedelta())


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, name="Refunds")


def choice(queue: Queue, **more: Any) -> dict[str, Any]:
    usual = {
        "make": "1", "shown": "1", "into": queue.pk, "inputs": "messages", "rule_name": "Errors",
        "rate": "12.5", "cap": "40", "seed": "a1b2", "filter": "status:is:error",
    }  # fmt: skip
    return usual | more


def words(page: str) -> str:
    return " ".join(page.split())


def test_a_rule_is_made_from_the_filter(cast: Cast, queue: Queue, browser_of: BrowserOf) -> None:
    factories.make_trace(cast.project, status="error")
    client = browser_of(cast.manager)
    address = url("rule-new", cast.project, query={"filter": "status:is:error"})
    assert "status is Error" in words(read(client, address))
    response = client.post(url("rule-new", cast.project), choice(queue))
    assert response["Location"] == url("queue-sources", cast.project, queue)
    assert told(response) == ["The rule Errors is on. It looks at what arrives from now on."]
    rule = Rule.objects.get()
    assert (rule.rate, rule.cap, rule.seed, rule.filter) == (0.125, 40, "a1b2", ["status:is:error"])
    assert (rule.created_by, rule.display) == (
        cast.manager,
        {"inputs": ["messages"], "outputs": []},
    )
    assert not Item.objects.exists()


def test_a_rule_from_a_view_keeps_the_filter_as_it_was(
    cast: Cast, queue: Queue, browser_of: BrowserOf
) -> None:
    factories.make_trace(cast.project)
    view = SavedView.objects.create(
        project=cast.project, name="Slow", filter=["latency:gt:2"], created_by=cast.manager
    )
    client = browser_of(cast.manager)
    page = read(client, url("rule-new", cast.project, query={"view": view.pk}))
    assert 'value="Slow"' in page
    client.post(url("rule-new", cast.project), choice(queue, filter=[], view=view.pk))
    SavedView.objects.update(filter=["latency:gt:9"])
    assert Rule.objects.get().filter == ["latency:gt:2"]


def test_a_view_that_is_somebody_elses_is_not_found(
    cast: Cast, queue: Queue, browser_of: BrowserOf
) -> None:
    theirs = SavedView.objects.create(
        project=cast.project, name="Own", filter=[], created_by=cast.viewer
    )
    client = browser_of(cast.manager)
    for view in (theirs.pk, "nonsense"):
        query = {"view": view}
        assert client.get(url("rule-new", cast.project, query=query)).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"rate": "0"}, "Give a percentage above 0 and up to 100."),
        ({"rate": "NaN"}, "Give a percentage above 0 and up to 100."),
        ({"rate": "1e2"}, "Give a percentage above 0 and up to 100."),
        ({"cap": "0"}, "greater than or equal to 1"),
        ({"cap": "x"}, "Enter a whole number."),
        ({"rule_name": ""}, "This field is required."),
        ({"rule_name": "taken"}, "This queue has a rule named “taken” already."),
        ({"into": ""}, "Choose the queue to add to."),
        ({"inputs": []}, "Choose at least one input or output to show."),
        ({"filter": "nonsense:is:1"}, "There is no such column."),
    ],
)
def test_a_rule_that_makes_no_sense_is_told(
    cast: Cast, queue: Queue, browser_of: BrowserOf, wrong: dict[str, Any], sentence: str
) -> None:
    make_rule(queue, name="Taken")
    factories.make_trace(cast.project, status="error")
    data = choice(queue, **wrong)
    response = browser_of(cast.manager).post(url("rule-new", cast.project), data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Rule.objects.count() == 1


def test_a_dry_run_tells_what_would_have_come_and_adds_nothing(
    cast: Cast, queue: Queue, browser_of: BrowserOf
) -> None:
    now = timezone.now()
    for hours in (1, 2, 30, 400):
        start = now - timedelta(hours=hours)
        factories.make_trace(cast.project, f"{hours} h ago", status="error", start=start)
    factories.make_trace(cast.project, status="ok")
    client = browser_of(cast.manager)

    def dry(**more: Any) -> str:
        data = choice(queue, rate="100", cap="", make=[], **more)
        return words(
            client.post(url("rule-new", cast.project), data, headers=HTMX).content.decode()
        )

    assert "2 of 2 traces</strong> would have been added" in dry(window="day")
    assert "3 of 3 traces" in dry(window="week")
    page = dry(window="all")
    assert "4 of 4 traces" in page
    assert "1 h ago" in page
    data = choice(queue, rate="100", cap="3", window="all", make=[])
    page = words(client.post(url("rule-new", cast.project), data, headers=HTMX).content.decode())
    assert "3 of 4 traces" in page
    assert "4 were drawn, more than the limit." in page
    assert not Item.objects.exists()
    assert not Rule.objects.exists()


def test_a_dry_run_says_what_a_run_then_does(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue, rate=0.5, cap=12)
    for _ in range(30):
        arrive(cast.project)
    dry = dry_runs.dry_run_of(rule, "day")
    assert (dry.matching, dry.exact) == (30, True)
    feed()
    assert queue.items.count() == dry.added


def test_a_dry_run_leaves_out_what_is_there_and_what_was_removed(
    cast: Cast, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = make_rule(queue)
    items = factories.add_items(queue, [factories.make_trace(cast.project) for _ in range(3)])
    factories.make_trace(cast.project)
    remove_item(queue=queue, item_id=items[0].pk, confirmed=True, actor=SYSTEM)
    dry = dry_runs.dry_run_of(rule, "all")
    assert (dry.matching, dry.drawn, dry.added) == (2, 1, 1)
    monkeypatch.setattr(dry_runs, "MOST", 1)
    assert not dry_runs.dry_run_of(rule, "all").exact


def test_the_page_of_a_rule_has_its_runs_and_saves(
    cast: Cast, queue: Queue, browser_of: BrowserOf
) -> None:
    rule = make_rule(queue, "status:is:error", cap=1)
    for status in ("error", "error", "ok"):
        arrive(cast.project, status=status)
    feed()
    client = browser_of(cast.manager)
    address = url("rule-detail", cast.project, queue, rule=rule.pk)
    page = words(read(client, address))
    assert "1 did not match, 1 beyond the limit" in page
    assert "1 of 1 at most" in page
    response = client.post(address, {"rule_name": "Renamed", "rate": "50", "cap": ""})
    assert response["Location"] == address
    rule.refresh_from_db()
    assert (rule.name, rule.rate, rule.cap, rule.seed) == ("Renamed", 0.5, None, "a1b2")
    assert client.post(address, {"rule_name": "", "rate": "50"}).status_code == 422


def test_a_rule_is_turned_off_and_on_and_deleted(
    cast: Cast, queue: Queue, browser_of: BrowserOf
) -> None:
    rule = make_rule(queue)
    arrive(cast.project)
    feed()
    client, address = (
        browser_of(cast.manager),
        url("rule-detail", cast.project, queue, rule=rule.pk),
    )
    for turn, enabled in (("off", False), ("on", True)):
        client.post(address, {"turn": turn})
        assert Rule.objects.get().enabled is enabled
        assert f"Turn {'off' if enabled else 'on'}" in read(client, address)
    client.post(url("rule-delete", cast.project, queue, rule=rule.pk))
    assert not Rule.objects.exists()
    assert queue.items.count() == 1
    assert "Rule Nightly" in read(client, url("queue-sources", cast.project, queue))


def test_the_page_of_sources_tells_batches_and_designs(
    cast: Cast, queue: Queue, browser_of: BrowserOf
) -> None:
    factories.add_items(queue, [factories.make_trace(cast.project)], by=cast.manager)
    make_rule(queue, rate=1.0)
    assert "not yet" in read(browser_of(cast.viewer), url("queue-sources", cast.project, queue))
    arrive(cast.project)
    feed()
    for person in (cast.manager, cast.viewer):
        page = words(read(browser_of(person), url("queue-sources", cast.project, queue)))
        assert "Chosen by hand" in page
        assert "At random: 100%, from 1" in page
        assert "Rule Nightly" in page
        assert ("Turn off" in page) == (person == cast.manager)


def test_a_queue_in_which_all_is_done_shows_that_it_is_drained(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], name="Refunds")
    make_rule(queue)
    arrive(cast.project)
    feed()
    client = browser_of(cast.manager)
    addresses = [url("queue-detail", cast.project, queue), url("queue-list", cast.project)]
    for address in addresses:
        assert "Drained" not in read(client, address)
    factories.finish(queue.items.get().pk)
    for address in addresses:
        assert "Drained" in read(client, address)
    workspace = f"{url('queue-detail', cast.project, queue)}workspace/"
    page = browser_of(cast.annotator).post(workspace, follow=True).content.decode()
    assert "Everything is done for now" in page
