"""Due dates that come near, and the digest of the morning, by the clock of the project's zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from annotate_site import sql
from annotate_site.jobs.outbox import drain
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Mail, Notice, Project, User
from queues.actions.people.members import set_away
from queues.actions.status import close_queue
from queues.conditions import NOW
from queues.models import Queue
from queues.notices import following, reminders, waiting
from queues.notices.actions import choose
from queues.notices.reminders import remind

from .. import factories
from ..conftest import Cast
from ..reviews.judging import answer
from .telling import mails, only

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


class Clock:
    """What the statements take for the time; that of the database goes on beside it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch

    def set(self, at: datetime) -> None:
        told = f"timestamptz '{at.astimezone(UTC).isoformat()}'"
        due = waiting.DUE_SOON.replace(NOW, told)
        statement = following.following(due).replace(NOW, told)
        self.patch.setattr(reminders, "REMINDED", {"due_soon": statement})
        digests = ORIGINAL.replace(NOW, told)
        self.patch.setattr(reminders, "DIGESTS", digests)


ORIGINAL = reminders.DIGESTS


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def berlin(day: str, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), BERLIN).replace(
        hour=hour, minute=minute
    )


@pytest.fixture
def due(queue: Queue) -> Queue:
    """On the 31st of March, two days after summer time begins in Berlin."""
    Project.objects.update(time_zone="Europe/Berlin")
    Queue.objects.update(due_date="2026-03-31")
    return Queue.objects.select_related("project").get(pk=queue.pk)


def test_annotators_with_open_work_and_managers_are_told_three_days_before_and_one(
    cast: Cast, due: Queue, clock: Clock
) -> None:
    rounds = [
        ("2026-03-28", 7, 0), ("2026-03-28", 8, 2), ("2026-03-28", 18, 0), ("2026-03-29", 9, 0),
        ("2026-03-30", 7, 0), ("2026-03-30", 8, 2), ("2026-03-31", 23, 0), ("2026-04-01", 9, 0),
    ]  # fmt: skip
    for day, hour, told in rounds:
        clock.set(berlin(day, hour, 1))
        assert remind() == told, (day, hour)
        assert remind() == 0
    assert only(cast.annotator, "due_soon") == only(cast.manager, "due_soon") == [(0, True)]
    assert only(cast.reviewer, "due_soon") == []


def test_who_has_nothing_left_or_is_away_is_not_told(cast: Cast, due: Queue, clock: Clock) -> None:
    for _ in range(4):
        answer(due, cast.annotator)
    clock.set(berlin("2026-03-30", 12))
    assert remind() == 1  # the manager: reviews are open
    assert only(cast.annotator, "due_soon") == []


def test_who_is_away_is_not_told(cast: Cast, due: Queue, clock: Clock) -> None:
    set_away(queue=due, user=cast.annotator, away=True, actor=SYSTEM)
    clock.set(berlin("2026-03-30", 12))
    remind()
    assert only(cast.annotator, "due_soon") == []


def test_a_queue_that_is_finished_is_not_due(cast: Cast, due: Queue, clock: Clock) -> None:
    close_queue(queue=due, actor=SYSTEM)
    clock.set(berlin("2026-03-30", 12))
    assert remind() == 0


def test_a_later_date_is_told_anew(cast: Cast, due: Queue, clock: Clock) -> None:
    clock.set(berlin("2026-03-30", 12))
    assert remind() == 2
    Queue.objects.update(due_date="2026-04-10")
    clock.set(berlin("2026-04-01", 12))
    assert remind() == 0
    clock.set(berlin("2026-04-07", 8, 1))
    assert remind() == 2


@pytest.mark.parametrize(
    ("zone", "told"), [("Pacific/Auckland", 2), ("Europe/Berlin", 0), ("America/Los_Angeles", 0)]
)
def test_the_morning_is_that_of_the_project(
    cast: Cast, due: Queue, clock: Clock, zone: str, told: int
) -> None:
    """Midnight in Greenwich: three days before, it is afternoon in Auckland and night in Berlin."""
    Project.objects.update(time_zone=zone)
    clock.set(datetime(2026, 3, 28, 0, 30, tzinfo=UTC))
    assert remind() == told


def test_without_a_due_date_nothing_is_due(cast: Cast, queue: Queue, clock: Clock) -> None:
    clock.set(berlin("2026-03-30", 12))
    assert remind() == 0


# ---- The digest ----------------------------------------------------------------------------------


def wants(user: User) -> None:
    choose(user=user, wanted={"digest": (False, True)})


def digests() -> list[EmailMultiAlternatives]:
    mail.outbox.clear()
    remind()
    drain()
    sent = [one for one in mail.outbox if isinstance(one, EmailMultiAlternatives)]
    return [one for one in sent if one.subject.startswith("Waiting for you")]


@pytest.mark.usefixtures("mail_is_set_up")
def test_the_digest_tells_what_waits_by_queue(cast: Cast, due: Queue, clock: Clock) -> None:
    factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator], items=2, name="Claims"
    )
    wants(cast.annotator)
    clock.set(berlin("2026-03-10", 8, 5))
    [sent] = digests()
    assert sent.subject == "Waiting for you today in 2 queues"
    assert sent.to == [cast.annotator.email]
    assert f"Refunds · {cast.project.name}: 4 left for you, was due 31 March" in str(sent.body)
    assert f"Claims · {cast.project.name}: 2 left for you" in str(sent.body)
    assert f"/annotate/queues/{due.pk}/workspace/" in str(sent.body)
    assert "https://annotate.example.org/my-work/" in str(sent.body)


@pytest.mark.usefixtures("mail_is_set_up")
def test_a_digest_counts_reviews_without_what_one_has_annotated(
    cast: Cast, due: Queue, clock: Clock
) -> None:
    answer(due, cast.annotator)
    wants(cast.reviewer)
    clock.set(berlin("2026-03-10", 8, 5))
    [sent] = digests()
    assert "1 to review, was due 31 March" in str(sent.body)


@pytest.mark.usefixtures("mail_is_set_up")
def test_nothing_waiting_no_mail(cast: Cast, due: Queue, clock: Clock) -> None:
    wants(cast.reviewer)
    clock.set(berlin("2026-03-10", 8, 5))
    assert digests() == []
    assert mails(kind="digest") == [("digest", cast.reviewer.email, "needless")]


@pytest.mark.usefixtures("mail_is_set_up")
def test_nobody_gets_a_digest_who_has_not_asked_for_it(
    cast: Cast, due: Queue, clock: Clock
) -> None:
    clock.set(berlin("2026-03-10", 8, 5))
    assert digests() == []
    assert mails(kind="digest") == []


@pytest.mark.usefixtures("mail_is_set_up")
def test_clock_changes(cast: Cast, due: Queue, clock: Clock) -> None:
    """One digest on the day that has 23 hours and on the one that has 25, whenever beat comes."""
    wants(cast.annotator)
    for day in ("2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26"):
        sent = 0
        at = berlin(day, 0).astimezone(UTC)
        for step in range(0, 25 * 60, 90):
            clock.set(at + timedelta(minutes=step))
            sent += len(digests())
        assert sent == 1, day


@pytest.mark.usefixtures("mail_is_set_up")
def test_a_digest_comes_in_the_morning_and_not_at_night(
    cast: Cast, due: Queue, clock: Clock
) -> None:
    wants(cast.annotator)
    for hour, sent in ((7, 0), (21, 0), (19, 1)):
        clock.set(berlin("2026-03-10", hour, 59))
        assert len(digests()) == sent, hour


@pytest.mark.usefixtures("mail_is_set_up")
def test_a_project_that_moves_to_another_zone_sends_no_second_digest_that_day(
    cast: Cast, due: Queue, clock: Clock
) -> None:
    wants(cast.annotator)
    clock.set(berlin("2026-03-10", 9))
    assert len(digests()) == 1
    Project.objects.update(time_zone="America/New_York")
    clock.set(berlin("2026-03-10", 15))
    assert digests() == []


@pytest.mark.usefixtures("mail_is_set_up")
def test_a_due_date_is_mailed_as_soon_as_it_is_told(cast: Cast, due: Queue, clock: Clock) -> None:
    """What it says of the date is looked up by the real clock when it is sent."""
    Mail.objects.all().delete()
    clock.set(berlin("2026-03-30", 12))
    remind()
    assert sorted(mails(kind="due_soon")) == sorted(
        [("due_soon", cast.annotator.email, ""), ("due_soon", cast.manager.email, "")]
    )
    now = sql.clock()
    Queue.objects.update(due_date=now.astimezone(BERLIN).date() + timedelta(days=1))
    Mail.objects.update(due_at=now)
    mail.outbox.clear()
    drain()
    assert [one.subject for one in mail.outbox] == ["Refunds is due tomorrow"] * 2
    assert Notice.objects.filter(kind="due_soon").count() == 2
