"""What served its time goes, in batches; what is still needed stays."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from annotate_site import sql
from annotate_site.jobs import pruning
from annotate_site.jobs.pruning import (
    KEEP_IDEMPOTENCY_KEYS,
    KEEP_MAILS,
    KEEP_NOTICES,
    KEEP_OUTBOX,
    prune,
)
from annotate_site.projects.models import Event, IdempotencyKey, Mail, Notice, Outbox
from reviews.actions.submitting import Conflict
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)


def ago(time: timedelta) -> datetime:
    return sql.clock() - time


def test_sessions_go_once_they_have_expired() -> None:
    for number in range(5):
        Session.objects.create(session_key=f"old {number}", expire_date=ago(MINUTE))
    Session.objects.create(session_key="live", expire_date=ago(-MINUTE))
    assert prune() == 5
    assert list(Session.objects.values_list("session_key", flat=True)) == ["live"]


def test_idempotency_keys_go_when_nobody_repeats_their_request_any_more(cast: Cast) -> None:
    ages = [KEEP_IDEMPOTENCY_KEYS + MINUTE] * 5 + [KEEP_IDEMPOTENCY_KEYS - MINUTE, timedelta()]
    for number, age in enumerate(ages):
        IdempotencyKey.objects.create(user=cast.annotator, key=str(number), created_at=ago(age))
    assert prune() == 5
    kept = IdempotencyKey.objects.order_by("id").values_list("key", flat=True)
    assert list(kept) == ["5", "6"]


def test_a_submit_repeated_after_its_key_is_gone_stores_nothing_twice(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=2)
    worker = Worker(queue, cast.annotator)
    hold = worker.claim()
    submission = worker.submit(hold, "true").submission_id
    IdempotencyKey.objects.update(created_at=ago(KEEP_IDEMPOTENCY_KEYS + MINUTE))
    prune()
    assert not IdempotencyKey.objects.exists()
    with pytest.raises(Conflict):
        worker.submit(hold, "true", submission=submission)
    assert Annotation.objects.count() == 1


def test_outbox_rows_go_a_while_after_they_are_done_and_never_before() -> None:
    old = KEEP_OUTBOX + MINUTE
    for number in range(5):
        Outbox.objects.create(topic="t", key=f"old {number}", done_at=ago(old), due_at=ago(old))
    Outbox.objects.create(topic="t", key="recent", done_at=ago(KEEP_OUTBOX - MINUTE))
    Outbox.objects.create(topic="t", key="waiting", due_at=ago(old))
    events = Event.objects.count()
    assert prune() == 5
    kept = Outbox.objects.order_by("id").values_list("key", flat=True)
    assert list(kept) == ["recent", "waiting"]
    assert Event.objects.count() == events


def test_a_round_ends_with_its_budget_and_the_next_one_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(3):
        Session.objects.create(session_key=f"old {number}", expire_date=ago(MINUTE))
    monkeypatch.setattr(pruning, "BUDGET", timedelta())
    assert prune() == 0
    monkeypatch.undo()
    assert prune() == 3


def plan(statement: str) -> str:
    """As on a table too large to be read whole."""
    sql.run("set local enable_seqscan = off")
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"batch": 1000, "keep": MINUTE}
        cursor.execute(f"explain {statement}", given)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (pruning.SESSIONS, "django_session_expire_date_a5c62663"),
        (pruning.IDEMPOTENCY_KEYS, "projects_idempotencykey_pkey"),
        (pruning.OUTBOX, "outbox_done"),
    ],
)
def test_each_finds_its_rows_by_an_index(statement: str, index: str) -> None:
    found = plan(statement)
    assert index in found
    assert "Seq Scan" not in found


def test_mails_that_ended_go_and_those_that_wait_stay(cast: Cast) -> None:
    ages = [KEEP_MAILS + MINUTE] * 3 + [KEEP_MAILS - MINUTE, None]
    for day, age in enumerate(ages, 1):
        ended = {"ended_at": ago(age), "ending": "sent"} if age else {}
        Mail.objects.create(
            user=cast.annotator, project=cast.project, kind="digest", day=f"2026-11-0{day}", **ended
        )
    assert prune() == 3
    assert [mail.day.day for mail in Mail.objects.order_by("pk") if mail.day] == [4, 5]


def test_notices_that_were_read_go_but_for_what_still_waits(cast: Cast) -> None:
    """Else what was read long ago would be told as news."""
    old, late = ago(KEEP_NOTICES + MINUTE), ago(KEEP_NOTICES - MINUTE)
    for kind, count, read_at, number in (
        ("invited", 0, old, 1), ("completed", 9, old, 2), ("review", 0, old, 3),
        ("review", 2, old, 4), ("sent_back", 1, old, 5), ("invited", 0, late, 6),
        ("invited", 0, None, 7),
    ):  # fmt: skip
        Notice.objects.create(
            user=cast.annotator, project=cast.project, queue_id=UUID(int=number), kind=kind,
            count=count, read_at=read_at,
        )  # fmt: skip
    assert prune() == 3
    kept = Notice.objects.order_by("pk").values_list("queue_id", flat=True)
    assert [one.int for one in kept] == [4, 5, 6, 7]
