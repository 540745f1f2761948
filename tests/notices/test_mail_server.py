"""Mails and a real mail server on loopback: one conversation, and everything that can go wrong."""

import email
import socket
from collections.abc import Iterator
from datetime import timedelta
from email import policy
from time import monotonic
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from annotate_site import sql
from annotate_site.jobs.outbox import Unfinished, drain
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Mail, Outbox, User
from queues.actions.people.members import add_members
from queues.models import Queue
from queues.notices.following import notify
from queues.notices.mail import sending

from .. import factories
from ..conftest import Cast
from .mail_server import MailServer, mail_server
from .telling import let_pass, mails

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_is_set_up")]


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 0.3
        yield server


def due() -> list[tuple[int, float]]:
    """Of each mail that waits: attempts, and in how many minutes the next one is."""
    now = timezone.now()
    rows = Mail.objects.filter(ended_at=None).order_by("pk")
    return [(one.attempts, round((one.due_at - now).total_seconds() / 60)) for one in rows]


def retry() -> None:
    """Everything is due, and beat has seen it."""
    Mail.objects.filter(ended_at=None).update(due_at=timezone.now())
    notify()
    drain()


def test_a_real_conversation(cast: Cast, queue: Queue, server: MailServer) -> None:
    """Two mails over one connection."""
    Queue.objects.update(name="Rückfragen & <b>審査</b>")
    sending.send_due("")
    assert [one.split()[0] for one in server.said].count("ehlo") == 1
    assert server.said[-1].upper() == "QUIT"
    told = {people[0]: email.message_from_bytes(text, policy=policy.default)
            for people, text in server.taken}  # fmt: skip
    assert set(told) == {cast.annotator.email, cast.reviewer.email}
    one: Any = told[cast.reviewer.email]
    assert one["Subject"].strip() == "You were added to Rückfragen & <b>審査</b>"
    assert one["From"] == "Annotate <annotate@example.org>"
    assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert one["List-Unsubscribe"].strip().startswith("<https://annotate.example.org/notices/off/")
    assert one["Message-ID"].endswith("@annotate.example.org>")
    assert "You were added as a reviewer." in one.get_body(("plain",)).get_content()
    assert "&lt;b&gt;審査&lt;/b&gt;" in one.get_body(("html",)).get_content()
    assert {ending for _, _, ending in mails()} == {"sent"}


def test_smtp_is_down(cast: Cast, queue: Queue, settings: Settings, server: MailServer) -> None:
    """One mail is tried and waits; the others stay due; nothing is lost when it is back."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = nobody.getsockname()[1]
        assert drain() == 1
    assert due() == [(1, 1), (0, 0)]
    settings.EMAIL_PORT = server.port
    retry()
    assert len(server.taken) == 2
    assert {ending for _, _, ending in mails()} == {"sent"}


def test_smtp_hangs(cast: Cast, queue: Queue, server: MailServer) -> None:
    """The time limit ends it; one hang a minute, however often it was said that mails are due."""
    server.answers["connect"] = None
    began = monotonic()
    assert drain() == 1
    assert monotonic() - began < 5
    assert due() == [(1, 1), (0, 0)]


def test_smtp_hangs_in_the_middle_of_a_mail(cast: Cast, queue: Queue, server: MailServer) -> None:
    server.answers["DATA"] = None
    assert drain() == 1
    assert due() == [(1, 1), (0, 0)]
    assert Mail.objects.filter(begun_at=None).count() == 2


def test_pauses_grow_and_end_at_six_hours(cast: Cast, queue: Queue, server: MailServer) -> None:
    Mail.objects.filter(user=cast.annotator).delete()
    server.answers["RCPT"] = "451 try again later"
    pauses = []
    for _ in range(12):
        retry()
        pauses.append(due()[0][1])
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert pauses[-4:] == [256, 360, 360, 360]


def test_it_is_given_up_after_three_days_with_an_event(
    cast: Cast, queue: Queue, server: MailServer
) -> None:
    server.answers["connect"] = "421 too busy"
    retry()
    let_pass(sending.GIVE_UP_AFTER - timedelta(hours=1))
    retry()
    assert {ending for _, _, ending in mails()} == {""}
    let_pass(timedelta(hours=2))
    for _ in range(2):
        retry()
    assert {ending for _, _, ending in mails()} == {"given_up"}
    events = cast.project.events.filter(object_type="mail", to_value="given_up")
    assert events.count() == 2
    assert {event.reason for event in events} == {"SMTPConnectError"}
    assert not [event for event in events if "@" in event.reason]


def test_an_address_that_is_refused_is_given_up_and_the_others_are_sent(
    cast: Cast, queue: Queue, server: MailServer
) -> None:
    server.answers["RCPT"] = "550 no such person"
    drain()
    assert {ending for _, _, ending in mails()} == {"given_up"}
    del server.answers["RCPT"]
    add_members(
        queue=queue, users=[cast.second], actor=Actor.person(cast.manager), can_annotate=True
    )
    drain()
    assert [people for people, _ in server.taken] == [[cast.second.email]]


def test_one_that_is_put_off_does_not_hold_up_the_others(
    cast: Cast, queue: Queue, server: MailServer
) -> None:
    server.answers["RCPT"] = "450 greylisted"
    sending.send_due("")
    assert due() == [(1, 1), (1, 1)]


def test_a_worker_killed_between_send_and_mark_repeats_nothing(
    cast: Cast, queue: Queue, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever finds the mail begun does not know whether it left; it is not sent a second time."""

    class Killed(BaseException):
        """Nothing catches it."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_end", die)
        with pytest.raises(Killed):
            drain()
    assert len(server.taken) == 1
    Outbox.objects.update(due_at=timezone.now())
    retry()
    assert len(server.taken) == 2
    assert sorted(ending for _, _, ending in mails()) == ["interrupted", "sent"]
    assert cast.project.events.get(object_type="mail").to_value == "interrupted"


def test_two_workers_at_once(cast: Cast, queue: Queue, server: MailServer) -> None:
    """While one is at a mail, the other takes the next."""
    first = sql.one(sending.TAKE, {"lease": sending.LEASE})
    assert first
    sending.send_due("")
    assert len(server.taken) == 1
    assert [one.pk for one in Mail.objects.filter(ended_at=None)] == [first.id]
    sending.send_due("")
    assert len(server.taken) == 1


def test_a_mail_that_is_begun_twice_is_sent_once(
    cast: Cast, queue: Queue, server: MailServer
) -> None:
    """A worker slower than its lease, beside the one that took it over."""
    row = Mail.objects.select_related("user").earliest("pk")
    stale = Mail.objects.select_related("user").get(pk=row.pk)
    backend = mail.get_connection()
    for one in (row, stale):
        sending._send(one, backend)
    backend.close()
    assert len(server.taken) == 1


def test_many_annotators_invited_at_once(
    cast: Cast, queue: Queue, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are sent in rounds, between which other work of the worker has its turn."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Mail.objects.all().delete()
    people = User.objects.bulk_create(
        [User(email=f"many{number}@example.org", name=f"Many {number}") for number in range(20)]
    )
    for one in people:
        factories.join(cast.project, one)
    add_members(queue=queue, users=people, actor=Actor.person(cast.manager), can_annotate=True)
    monkeypatch.setattr(sending, "BUDGET", timedelta())
    assert isinstance(sending.send_due(""), Unfinished)
    assert len(mail.outbox) == 1
    drain()
    assert len(mail.outbox) == 20
    assert len({one.to[0] for one in mail.outbox}) == 20


def test_a_test_mail_says_what_the_server_answered(
    server: MailServer, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("send_test_mail", "you@example.org")
    assert "took a mail from Annotate <annotate@example.org> to you@example.org" in (
        capsys.readouterr().out
    )
    assert [people for people, _ in server.taken] == [["you@example.org"]]
    server.answers["RCPT"] = "550 no such person"
    with pytest.raises(CommandError, match=r"did not take it.*no such person"):
        call_command("send_test_mail", "you@example.org")
    settings.EMAIL_HOST = ""
    with pytest.raises(CommandError, match="EMAIL_HOST is not set"):
        call_command("send_test_mail", "you@example.org")
