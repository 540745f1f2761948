"""What /readyz says: database and migrations decide, the rest is reported."""

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from annotate_site import sql
from annotate_site.jobs.heartbeat import BEAT, WORKER, Scheduler, ages, note

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def notes_in_the_transaction_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate_site.jobs.heartbeat.connection.close", lambda: None)


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis that takes connections and never says a word."""
    where = f"/tmp/annotate-silent-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(where)
        server.listen()
        yield f"unix://{where}"
    Path(where).unlink()


def asked(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/readyz")
    return response.status_code, response.json()


def test_it_tells_redis_and_when_worker_and_beat_were_last_heard_of(client: Client) -> None:
    status, told = asked(client)
    assert (status, told["redis"], told["timeouts"]) == (200, "ok", "ok")
    assert (told["worker_seconds_ago"], told["beat_seconds_ago"]) == (None, None)
    note(WORKER)
    note(BEAT)
    sql.run("update projects_heartbeat set at = at - interval '90 seconds' where name = 'beat'")
    told = asked(client)[1]
    assert 0 <= told["worker_seconds_ago"] < 60
    assert 90 <= told["beat_seconds_ago"] < 150


def test_a_redis_that_hangs_neither_fails_nor_holds_it(
    client: Client, silent: str, settings: Settings
) -> None:
    settings.REDIS_URL = silent
    status, told = asked(client)
    assert (status, told["database"], told["redis"]) == (200, "ok", "unreachable")


def test_migrations_that_wait_are_counted_and_fail_it(client: Client) -> None:
    forgotten = sql.run("delete from django_migrations where app = 'fields'")
    status, told = asked(client)
    assert (status, told["migrations_pending"]) == (503, forgotten)


def test_beat_says_that_it_runs_before_it_asks_redis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int | None] = []
    monkeypatch.setattr(Scheduler, "apply_entry", lambda *_, **__: heard.append(ages()[BEAT]))
    scheduler = Scheduler(app=current_app, schedule_filename=str(tmp_path / "schedule"))
    for entry in scheduler.schedule.values():
        entry.last_run_at -= timedelta(days=1)
    scheduler.tick()
    assert heard
    assert None not in heard


def test_a_database_that_is_away_stops_no_beat(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr("annotate_site.jobs.heartbeat.sql.run", away)
    note(BEAT)
    assert "heartbeat of beat not noted" in caplog.text
