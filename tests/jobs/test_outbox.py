"""Rows of the outbox: each is handled until it is done, whatever happens to the others."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from annotate_site import sql
from annotate_site.jobs import outbox
from annotate_site.jobs.outbox import MOST_ATTEMPTS, NotYet, drain
from annotate_site.projects.models import Outbox

pytestmark = pytest.mark.django_db
TOPIC = "a_test"


@pytest.fixture(autouse=True)
def own_topics() -> Iterator[None]:
    known = dict(outbox.TOPICS)
    yield
    outbox.TOPICS.clear()
    outbox.TOPICS.update(known)


def done(key: str) -> None:
    """It is done."""


def row(topic: str = TOPIC, **more: object) -> Outbox:
    return Outbox.objects.create(topic=topic, key="key", **more)


def test_a_topic_that_nobody_knows_keeps_no_other_row_waiting() -> None:
    outbox.handles(TOPIC, work=done, give_up=done)
    strange, known = row("strange"), row()
    assert drain() == 1
    strange.refresh_from_db()
    known.refresh_from_db()
    assert (strange.done_at, strange.last_error) == (None, "KeyError: 'strange'")
    assert known.done_at


def test_a_failure_waits_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    hour = timedelta(hours=1)
    monkeypatch.setattr(outbox, "FIRST_PAUSE", hour)

    def fail(key: str) -> None:
        raise ZeroDivisionError

    outbox.handles(TOPIC, work=fail, give_up=done)
    one, pauses = row(), []
    for _ in range(MOST_ATTEMPTS):
        Outbox.objects.update(due_at=sql.clock())
        drain()
        one.refresh_from_db()
        pauses.append(round((one.due_at - sql.clock()) / hour))
    assert pauses == [2**number for number in range(MOST_ATTEMPTS)]
    Outbox.objects.update(due_at=sql.clock())
    assert drain() == 1


def test_whoever_comes_too_early_does_not_put_off_what_is_due_by_now() -> None:
    """While it asked, the other one stopped, and left the row due at once with no attempt."""
    over, calls = sql.clock() + timedelta(minutes=1), []

    def not_yet(key: str) -> NotYet | None:
        calls.append(key)
        if len(calls) > 1:
            return None
        Outbox.objects.update(attempts=0, due_at=sql.clock())
        return NotYet(over)

    outbox.handles(TOPIC, work=not_yet, give_up=done)
    row()
    assert drain() == 1
    assert len(calls) == 2
