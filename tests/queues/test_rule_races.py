"""Rules among transactions that are open at the same time."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from queues.actions.rules import feed, run_rule
from traces.arrivals import note_arrivals, settle, settling
from traces.models import Trace

from .. import factories
from ..conftest import Cast
from .feeding import arrive, make_rule, runs, sources

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quiet_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "QUIET", timedelta())


def apart(act: Callable[[], object]) -> threading.Thread:
    """Runs it in a thread, on a connection of its own."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_transaction_that_commits_after_the_rule_has_passed_loses_nothing(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    rule = make_rule(queue)
    stored, may_commit, late = threading.Event(), threading.Event(), list[Trace]()

    def send() -> None:
        with transaction.atomic():
            late.append(factories.make_trace(cast.project))
            note_arrivals(cast.project.pk, [late[0].pk])
            stored.set()
            may_commit.wait(20)

    sender = apart(send)
    assert stored.wait(20)
    early = arrive(cast.project)
    feed()
    assert sources(queue) == {str(early.pk)}
    may_commit.set()
    sender.join()
    feed()
    assert sources(queue) == {str(early.pk), str(late[0].pk)}
    assert runs(rule) == [{"looked": 1, "added": 1}] * 2


def test_two_workers_that_run_one_rule_add_nothing_twice(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    rule = make_rule(queue)
    traces = [arrive(cast.project) for _ in range(40)]
    settle(cast.project.pk)
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(20)
        run_rule(rule_id=rule.pk)

    workers = [apart(work) for _ in range(4)]
    for worker in workers:
        worker.join()
    feed()
    assert sources(queue) == {str(trace.pk) for trace in traces}
    assert queue.items.count() == 40
    assert sum(run["looked"] for run in runs(rule)) == 40


def test_two_workers_that_settle_give_each_trace_one_place(cast: Cast) -> None:
    make_rule(factories.make_queue(cast.project))
    for _ in range(10):
        arrive(cast.project)
    workers = [apart(lambda: settle(cast.project.pk)) for _ in range(3)]
    for worker in workers:
        worker.join()
    settle(cast.project.pk)
    places = [row.place for row in settling.read_arrivals(cast.project.pk, 0, 100)]
    assert len(places) == len(set(places)) == 10
    assert places == sorted(places)
