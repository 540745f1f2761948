"""Mails about notices: what they say, to whom, when, and how they are stopped."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from annotate_site.jobs.outbox import drain
from annotate_site.projects.actions import set_active
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Mail, Notice, Outbox, User
from queues.actions.people.members import add_members, remove_member
from queues.models import Queue
from queues.notices.actions import mark_read, stop_mail
from queues.notices.choices import choices_of
from queues.notices.following import notify
from queues.notices.kinds import GATHER, PAUSE
from queues.notices.mail.unsubscribing import stop_path

from .. import factories
from ..conftest import Cast
from ..reviews.judging import answer
from .telling import let_pass, mails

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_is_set_up")]


def beat() -> list[EmailMultiAlternatives]:
    """A minute of the clock and the worker after it; what was sent."""
    mail.outbox.clear()
    notify()
    drain()
    return [one for one in mail.outbox if isinstance(one, EmailMultiAlternatives)]


def review_mail(cast: Cast, queue: Queue) -> EmailMultiAlternatives:
    """The first about what waits for review, ten minutes after it came."""
    drain()  # the invitations
    answer(queue, cast.annotator)
    assert beat() == []
    let_pass(GATHER)
    return beat()[0]


def test_a_mail_names_queue_and_count_links_to_the_site_and_says_how_to_stop_it(
    cast: Cast, queue: Queue
) -> None:
    sent = review_mail(cast, queue)
    assert sent.subject == "1 item waiting for your review in Refunds"
    assert sent.to == [cast.reviewer.email]
    assert sent.from_email == "Annotate <annotate@example.org>"
    there = f"https://annotate.example.org/p/{cast.project.slug}/annotate/queues/{queue.pk}/review/"
    stop = f"https://annotate.example.org{stop_path(cast.reviewer, 'review')}"
    html = str(sent.alternatives[0].content)  # type: ignore[attr-defined]
    for text in (str(sent.body), html):
        assert "1 item is waiting for your review." in text
        assert f"Refunds · {cast.project.name}" in text
        assert there in text
        assert stop in text
    plain = sent.message()
    assert plain["List-Unsubscribe"] == f"<{stop}>"
    assert plain["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"\nList-Unsubscribe: <{stop}>\n" in re.sub(r":\s*\n ", ": ", plain.as_string())
    assert plain["Auto-Submitted"] == "auto-generated"
    assert mails(kind="review") == [("review", cast.reviewer.email, "sent")]


def test_a_mail_holds_nothing_of_a_trace_an_answer_or_another_person(
    cast: Cast, queue: Queue
) -> None:
    raw = review_mail(cast, queue).message().as_string()
    for word in ("parcel", "Amara", cast.annotator.email, cast.manager.name):
        assert word not in raw


def test_who_is_added_gets_a_mail_at_once(cast: Cast, queue: Queue) -> None:
    drain()
    told = {one.to[0]: one.subject for one in mail.outbox}
    assert told == {
        cast.annotator.email: "You were added to Refunds",
        cast.reviewer.email: "You were added to Refunds",
    }
    assert drain() == 0


def test_what_comes_in_a_row_is_one_mail_with_the_count_of_when_it_is_sent(
    cast: Cast, queue: Queue
) -> None:
    drain()
    for _ in range(3):
        answer(queue, cast.annotator)
        assert beat() == []
    let_pass(GATHER)
    assert [one.subject for one in beat()] == ["3 items waiting for your review in Refunds"]


def test_another_mail_comes_after_twelve_hours_or_once_the_notice_was_read(
    cast: Cast, queue: Queue
) -> None:
    review_mail(cast, queue)
    answer(queue, cast.annotator)
    let_pass(GATHER)
    assert beat() == []  # told by mail lately, and not looked at since
    let_pass(PAUSE)
    assert [one.subject for one in beat()] == ["2 items waiting for your review in Refunds"]
    mark_read(notice=Notice.objects.get(kind="review"))
    answer(queue, cast.annotator)
    assert beat() == []
    let_pass(GATHER)
    assert [one.subject for one in beat()] == ["3 items waiting for your review in Refunds"]


def test_a_notice_that_was_read_in_the_page_is_not_mailed(cast: Cast, queue: Queue) -> None:
    answer(queue, cast.annotator)
    notify()
    for notice in Notice.objects.all():
        mark_read(notice=notice)
    let_pass(GATHER)
    assert beat() == []
    assert {ending for _, _, ending in mails()} == {"needless"}


def test_who_was_removed_between_writing_and_sending_gets_nothing(cast: Cast, queue: Queue) -> None:
    answer(queue, cast.annotator)
    notify()
    for user in (cast.annotator, cast.reviewer):
        remove_member(queue=queue, user=user, actor=SYSTEM)
    let_pass(GATHER)
    assert beat() == []
    assert {ending for _, _, ending in mails()} == {"needless"}


@pytest.mark.breaks_promises
def test_a_row_that_was_left_behind_tells_nobody_who_is_not_there(cast: Cast, queue: Queue) -> None:
    """The notice alone is no right: membership is asked as well."""
    queue.members.filter(user=cast.reviewer).update(removed_at=timezone.now())
    cast.project.memberships.filter(user=cast.annotator).delete()
    assert beat() == []
    assert {ending for _, _, ending in mails()} == {"needless"}


def test_a_deactivated_person_gets_no_mail(cast: Cast, queue: Queue) -> None:
    for user in (cast.annotator, cast.reviewer):
        set_active(user=user, active=False, actor=SYSTEM)
    assert beat() == []


def test_without_a_mail_server_nothing_is_queued(
    cast: Cast, queue: Queue, settings: Settings
) -> None:
    Mail.objects.all().delete()
    Outbox.objects.all().delete()
    settings.EMAIL_HOST = ""
    add_members(
        queue=queue, users=[cast.second], actor=Actor.person(cast.manager), can_annotate=True
    )
    answer(queue, cast.annotator)
    assert beat() == []
    assert mails() == []
    assert not Outbox.objects.exists()


def test_who_wants_no_mail_of_a_kind_gets_none(cast: Cast, queue: Queue) -> None:
    stop_mail(user=cast.reviewer, kind="review")
    drain()
    answer(queue, cast.annotator)
    assert beat() == []
    assert mails(kind="review") == []
    assert choices_of(cast.reviewer)["review"] == (True, False)


def test_one_click_stops_mails_of_a_kind_signed_out_and_by_post_alone(
    cast: Cast, queue: Queue
) -> None:
    sent = review_mail(cast, queue)
    address = re.sub("[<>]|https://annotate.example.org", "", sent.message()["List-Unsubscribe"])
    client = Client(enforce_csrf_checks=True)
    page = client.get(address)
    assert b"Stop these mails" in page.content
    assert choices_of(cast.reviewer)["review"] == (True, True)
    done = client.post(address, {"List-Unsubscribe": "One-Click"})
    assert (done.status_code, b"No more of these mails" in done.content) == (200, True)
    assert choices_of(cast.reviewer)["review"] == (True, False)
    assert choices_of(cast.reviewer)["invited"] == (True, True)
    assert client.post(address).status_code == 200


@pytest.mark.parametrize("spoil", [lambda path: path[:-2] + "/", lambda path: "/notices/off/x/"])
def test_a_link_that_was_cut_or_made_up_stops_nothing(
    cast: Cast, client: Client, spoil: Callable[[str], str]
) -> None:
    address = spoil(stop_path(cast.reviewer, "review"))
    for told in (client.get(address), client.post(address)):
        assert told.status_code == 404
    assert choices_of(cast.reviewer)["review"] == (True, True)


def named(queue: Queue, name: str) -> str:
    Queue.objects.filter(pk=queue.pk).update(name=name)
    mail.outbox.clear()
    Mail.objects.update(ended_at=None, ending="", begun_at=None, due_at=timezone.now())
    drain()
    assert len(mail.outbox) == 2
    return str(mail.outbox[0].message().as_bytes().decode())


@pytest.mark.parametrize(
    "name",
    [
        "Refunds\r\nBcc: victim@example.org",
        "Refunds\n\nA body",
        "R\x0b\x0cX: y",
        "R\u2028X: y",
        "a\x85b",
    ],
)
def test_a_name_with_line_breaks_adds_no_header(cast: Cast, queue: Queue, name: str) -> None:
    raw = named(queue, name)
    head = raw.partition("\n\n")[0]
    assert not re.search(r"^(Bcc|X):", head, re.M | re.I)
    assert mail.outbox[0].recipients() == [mail.outbox[0].to[0]]
    assert "\n" not in str(mail.outbox[0].subject)


def test_a_hostile_name_of_a_queue_is_escaped_in_html_and_plain_in_the_subject(
    cast: Cast, queue: Queue
) -> None:
    named(queue, "<img src=x onerror=alert(1)> & \u202eevil")
    sent = mail.outbox[0]
    assert isinstance(sent, EmailMultiAlternatives)
    html = str(sent.alternatives[0].content)  # type: ignore[attr-defined]
    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; evil" in html
    assert "<img src=x onerror=alert(1)> & evil" in str(sent.body)
    assert sent.subject == "You were added to <img src=x onerror=alert(1)> & evil"


def test_a_name_of_any_length_and_script_fits_a_subject(cast: Cast, queue: Queue) -> None:
    named(queue, "審査の待ち行列" * 17)
    subject = str(mail.outbox[0].subject)
    assert subject.endswith("…")
    assert len(subject) < 120


def test_what_no_mail_can_hold_is_given_up_with_an_event(cast: Cast, queue: Queue) -> None:
    User.objects.filter(pk=cast.reviewer.pk).update(email="a\nb@example.org")
    drain()
    assert [ending for _, _, ending in mails(user=cast.reviewer)] == ["given_up"]
    event = cast.project.events.get(object_type="mail")
    assert (event.attribute, event.to_value) == ("state", "given_up")
    assert [ending for _, _, ending in mails(user=cast.annotator)] == ["sent"]


def test_the_demo_of_one_site_uses_its_own_address(
    cast: Cast, queue: Queue, settings: Settings
) -> None:
    settings.SITE_URL = "https://other.example.net"
    drain()
    assert "https://other.example.net/p/" in str(mail.outbox[0].body)
    assert "annotate.example.org/" not in str(mail.outbox[0].body)


def test_a_site_with_many_queues_tells_each_apart(cast: Cast, queue: Queue) -> None:
    factories.make_queue(cast.project, by=cast.manager, reviewers=[cast.reviewer], name="Claims")
    drain()
    mine = sorted(one.subject for one in mail.outbox if one.to == [cast.reviewer.email])
    assert mine == ["You were added to Claims", "You were added to Refunds"]
