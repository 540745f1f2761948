"""Rules: each trace that arrives is looked at once, and what is drawn comes into the queue once."""

from datetime import timedelta
from typing import Any

import pytest

from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event
from queues.actions.items.changing import remove_item
from queues.actions.rules import change_rule, create_rule, delete_rule, feed
from queues.actions.rules.changing import RuleNameTaken
from queues.actions.status import archive_queue, close_queue, pause_queue, resume_queue
from queues.models import Batch, Queue, Rule
from queues.sampling import Design, Way
from traces.actions.changing import Bulk, delete_traces
from traces.actions.receiving import read_batch, receive_traces
from traces.arrivals import note_arrivals, settling
from traces.arrivals.models import ArrivalWatch, TraceArrival

from .. import factories
from ..conftest import Cast
from .feeding import DISPLAY, arrive, make_rule, runs, sources

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "QUIET", timedelta())


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project)


def test_what_matches_is_added_and_counted(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue, "status:is:error")
    wanted = arrive(cast.project, status="error")
    arrive(cast.project, status="ok")
    assert feed() == 2
    assert sources(queue) == {str(wanted.pk)}
    assert runs(rule) == [{"looked": 2, "added": 1, "not_matching": 1}]
    assert feed() == 0
    assert len(runs(rule)) == 1


def test_a_sample_by_rate_is_that_of_its_seed(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue, rate=0.4)
    traces = [arrive(cast.project) for _ in range(30)]
    feed()
    design = Design(Way.RANDOM, rate=0.4, seed="a1b2", population={"": 30})
    assert sources(queue) == {str(t.pk) for t in traces if design.takes(str(t.pk), "", {})}
    assert set(queue.items.values_list("inclusion", "stratum")) == {(0.4, "")}
    batch = Batch.objects.get()
    assert (batch.rule, batch.design) == (rule, design.stored())
    assert batch.filter == {"all": "1", "filter": [], "rule": "Nightly"}


def test_spans_that_come_after_the_look_are_no_second_look(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue)
    trace = arrive(cast.project)
    feed()
    note_arrivals(cast.project.pk, [trace.pk])
    assert feed() == 0
    assert runs(rule) == [{"looked": 1, "added": 1}]


def test_a_trace_is_looked_at_once_it_is_quiet(
    cast: Cast, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "QUIET", timedelta(minutes=1))
    make_rule(queue)
    trace = arrive(cast.project)
    assert feed() == 0
    TraceArrival.objects.update(arrived_at="2026-01-01T00:00Z")
    note_arrivals(cast.project.pk, [trace.pk])  # another span
    assert feed() == 0
    TraceArrival.objects.update(arrived_at="2026-01-01T00:00Z")
    assert feed() == 1


def test_what_was_there_before_the_rule_is_left_alone(cast: Cast, queue: Queue) -> None:
    make_rule(factories.make_queue(cast.project), name="An earlier one")
    before = arrive(cast.project)
    rule = make_rule(queue)
    note_arrivals(cast.project.pk, [before.pk])
    arrive(cast.project)
    feed()
    assert runs(rule) == [{"looked": 1, "added": 1}]


def test_what_a_person_removed_is_never_added_again(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue)
    trace, kept = arrive(cast.project), arrive(cast.project)
    items = factories.add_items(queue, [trace, kept])
    actor = Actor.person(cast.manager)
    remove_item(queue=queue, item_id=items[0].pk, confirmed=True, actor=actor)
    feed()
    assert runs(rule) == [{"looked": 2, "there": 1, "removed": 1}]
    assert sources(queue) == {str(kept.pk)}


def test_a_cap_counts_what_is_in_the_queue_now(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue, cap=2)
    for _ in range(3):
        arrive(cast.project)
    feed()
    assert runs(rule) == [{"looked": 3, "added": 2, "over_cap": 1}]
    remove_item(queue=queue, item_id=queue.items.earliest("seq").pk, confirmed=True, actor=SYSTEM)
    arrive(cast.project)
    arrive(cast.project)
    feed()
    assert runs(rule)[1:] == [{"looked": 2, "added": 1, "over_cap": 1}]


def test_a_paused_queue_waits_and_then_gets_everything(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue)
    pause_queue(queue=queue, actor=SYSTEM)
    arrive(cast.project)
    assert feed() == 0
    resume_queue(queue=queue, actor=SYSTEM)
    assert feed() == 1
    assert runs(rule) == [{"looked": 1, "added": 1}]


@pytest.mark.parametrize("stop", [archive_queue, close_queue])
def test_an_archived_or_closed_queue_is_passed_over(cast: Cast, queue: Queue, stop: Any) -> None:
    rule = make_rule(queue)
    stop(queue=queue, actor=SYSTEM)
    arrive(cast.project)
    feed()
    assert runs(rule) == [{"looked": 1, "passed_over": 1}]
    assert not queue.items.exists()


def test_a_queue_that_a_rule_can_feed_does_not_complete_by_itself(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue, cap=2)
    arrive(cast.project)
    feed()
    complete_all(queue)
    assert status_of(queue) == "active"
    arrive(cast.project)
    feed()
    complete_all(queue)
    assert status_of(queue) == "completed"
    assert rule.enabled


@pytest.mark.parametrize("end", ["off", "deleted", "capped"])
def test_a_rule_that_ends_lets_its_queue_complete(cast: Cast, queue: Queue, end: str) -> None:
    rule = make_rule(queue)
    arrive(cast.project)
    feed()
    complete_all(queue)
    assert status_of(queue) == "active"
    if end == "deleted":
        delete_rule(rule=rule, actor=SYSTEM)
    else:
        change_rule(
            rule=rule, changes={"enabled": False} if end == "off" else {"cap": 1}, actor=SYSTEM
        )
    assert status_of(queue) == "completed"
    assert queue.items.count() == 1


def test_a_queue_that_completed_by_itself_is_active_again(cast: Cast, queue: Queue) -> None:
    factories.add_items(queue, [factories.make_trace(cast.project)])
    complete_all(queue)
    assert status_of(queue) == "completed"
    make_rule(queue)
    arrive(cast.project)
    feed()
    assert status_of(queue) == "active"


def complete_all(queue: Queue) -> None:
    from queues.actions.status import complete_if_done

    for item in queue.items.exclude(status="completed"):
        factories.finish(item.pk)
    complete_if_done(queue_id=queue.pk)


def status_of(queue: Queue) -> str:
    return Queue.objects.get(pk=queue.pk).status


def test_another_rate_begins_another_batch(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue)
    arrive(cast.project)
    feed()
    change_rule(rule=rule, changes={"rate": 0.999}, actor=SYSTEM)
    arrive(cast.project)
    feed()
    designs = Batch.objects.order_by("pk").values_list("design__rate", flat=True)
    assert list(designs) == [1.0, 0.999]


def test_making_changing_running_and_deleting_leave_events(cast: Cast, queue: Queue) -> None:
    actor = Actor.person(cast.manager)
    rule = make_rule(queue, actor=actor)
    arrive(cast.project)
    feed()
    feed()
    change_rule(rule=rule, changes={"cap": 3, "rate": 1.0, "enabled": False}, actor=actor)
    change_rule(rule=rule, changes={"enabled": True}, actor=actor)
    delete_rule(rule=rule, actor=actor)
    told = Event.objects.filter(object_type="rule", object_id=str(rule.pk)).order_by("pk")
    assert list(told.values_list("attribute", "from_value", "to_value", "actor_kind")) == [
        ("state", "", "on", "person"),
        ("added", "", "1", "beat"),
        ("cap", "", "3", "person"),
        ("state", "on", "off", "person"),
        ("state", "off", "on", "person"),
        ("state", "on", "deleted", "person"),
    ]
    assert Batch.objects.get().rule is None


def test_a_rule_turned_on_again_looks_at_what_comes_from_then_on(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue)
    make_rule(queue, name="Another")
    change_rule(rule=rule, changes={"enabled": False}, actor=SYSTEM)
    arrive(cast.project)
    feed()
    change_rule(rule=rule, changes={"enabled": True}, actor=SYSTEM)
    arrive(cast.project)
    feed()
    assert [run["looked"] for run in runs(rule)] == [1]


def test_a_name_is_taken_once_a_queue(cast: Cast, queue: Queue) -> None:
    make_rule(queue)
    other = make_rule(queue, name="Other")
    with pytest.raises(RuleNameTaken):
        make_rule(queue, name="NIGHTLY")
    with pytest.raises(RuleNameTaken):
        change_rule(rule=other, changes={"name": "nightly"}, actor=SYSTEM)
    assert Rule.objects.count() == 2


def test_a_filter_that_cannot_be_asked_adds_nothing(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue, "nonsense:is:1")
    arrive(cast.project)
    feed()
    assert runs(rule) == [{"looked": 1, "not_matching": 1}]


def test_whatever_stores_spans_notes_them_while_a_rule_is_on(cast: Cast, queue: Queue) -> None:
    body = b'[{"trace_id": "a1", "inputs": {"messages": []}, "outputs": {}}]'

    def send() -> None:
        receive_traces(project=cast.project, rows=read_batch(body), actor=SYSTEM)

    send()
    assert not TraceArrival.objects.exists()
    rule = create_rule(
        queue=queue, name="R", filter=[], display=DISPLAY, rate=1.0, cap=None, actor=SYSTEM
    )
    body = body.replace(b"a1", b"a2")
    send()
    assert TraceArrival.objects.get().trace.trace_id == "a2"
    feed()
    assert runs(rule) == [{"looked": 1, "added": 1}]
    change_rule(rule=rule, changes={"enabled": False}, actor=SYSTEM)
    assert not ArrivalWatch.objects.exists()
    feed()
    assert not TraceArrival.objects.exists()


def test_a_trace_that_is_deleted_before_the_look_is_none(cast: Cast, queue: Queue) -> None:
    rule = make_rule(queue)
    trace = arrive(cast.project)
    delete_traces(project=cast.project, ids=[trace.pk], actor=SYSTEM, bulk=Bulk("b"))
    assert feed() == 0
    assert runs(rule) == []
