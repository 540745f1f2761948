"""Mails that are due are sent, one after another over one connection, by whichever worker comes.

A mail is marked as begun before the mail server is told of it, and as sent afterwards. Whoever
finds one begun whose worker has died does not send it again: nobody gets the same mail twice.
"""

import logging
from contextlib import closing
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from time import monotonic
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from annotate_site import sql
from annotate_site.jobs import outbox
from annotate_site.jobs.outbox import Unfinished
from annotate_site.projects.events import SYSTEM, change, record
from annotate_site.projects.models import Mail, MailEnding

from .writing import write

log = logging.getLogger(__name__)
TOPIC = "send_mails"
BUDGET = timedelta(seconds=20)  # of one round: then others have their turn
LEASE = timedelta(minutes=10)  # longer than a mail server can keep us waiting for one mail
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)
REFUSED_FOR_GOOD = 500  # answers of a mail server from here on

TAKE = """
update projects_mail set attempts = attempts + 1, due_at = clock_timestamp() + %(lease)s
 where id = (select id from projects_mail
              where ended_at is null and due_at <= clock_timestamp()
              order by due_at, id limit 1 for update skip locked)
returning id
"""
BEGIN = """
update projects_mail set begun_at = clock_timestamp()
 where id = %(id)s and begun_at is null and ended_at is null
"""
END = """
update projects_mail set ended_at = clock_timestamp(), ending = %(ending)s
 where id = %(id)s and ended_at is null
"""
# Doubled by each attempt.
POSTPONE = """
update projects_mail
   set begun_at = null,
       due_at = clock_timestamp()
                + least(%(longest)s, %(first)s * power(2, least(attempts, 20) - 1))
 where id = %(id)s and ended_at is null
returning created_at < clock_timestamp() - %(give_up)s::interval as too_old
"""
DUE = """
select exists (select 1 from projects_mail where ended_at is null and due_at <= clock_timestamp())
   and not exists (select 1 from projects_outbox
                    where topic = 'send_mails' and done_at is null
                      and due_at <= clock_timestamp() + interval '1 minute') as found
"""
# A server that hangs must not take its time again for each row that says that mails are due.
NO_OTHER_ROUND = """
update projects_outbox set done_at = clock_timestamp()
 where topic = 'send_mails' and done_at is null
"""


class ServerAway(Exception):
    """The mail server is not to be had: what else is due waits for the next round."""


def post_sending() -> None:
    """Says that mails are due, in the transaction that wrote them."""
    outbox.post(TOPIC, "")


def wake_if_due() -> None:
    """What beat does: mails whose time has come, and those of a round that ended early."""
    row = sql.one(DUE)
    if settings.EMAIL_HOST and row and row.found:
        post_sending()


def send_due(key: str) -> Unfinished | None:
    """Sends what is due until there is no more, the budget is used or the server is away."""
    if not settings.EMAIL_HOST:
        return None
    over = monotonic() + BUDGET.total_seconds()
    with closing(get_connection()) as server:
        while row := sql.one(TAKE, {"lease": LEASE}):
            try:
                _send(Mail.objects.select_related("user").get(pk=row.id), server)
            except ServerAway:
                sql.run(NO_OTHER_ROUND)
                return None
            if monotonic() >= over:
                return Unfinished()
    return None


def _send(mail: Mail, server: Any) -> None:
    if mail.begun_at:
        return _end(mail, MailEnding.INTERRUPTED, "its worker ended while it was being sent")
    if (letter := _written(mail)) is None:
        return None
    try:
        server.open()
    except (OSError, SMTPException) as error:
        _try_later(mail, error)
        raise ServerAway from error
    if sql.run(BEGIN, {"id": mail.pk}):
        _hand_over(mail, letter, server)
    return None


def _written(mail: Mail) -> EmailMultiAlternatives | None:
    """None where it has ended here: nothing to say, or nothing that a mail could hold."""
    try:
        letter = write(mail)
        if letter is None:
            _end(mail, MailEnding.NEEDLESS)
        else:
            letter.message()  # raises what the server would never see
    except (ValueError, UnicodeError) as error:
        log.exception("mail %s cannot be written", mail.pk)
        _end(mail, MailEnding.GIVEN_UP, type(error).__name__)
        return None
    return letter


def _hand_over(mail: Mail, letter: EmailMultiAlternatives, server: Any) -> None:
    try:
        server.send_messages([letter])
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if codes and min(codes) >= REFUSED_FOR_GOOD:
            return _end(mail, MailEnding.GIVEN_UP, f"the mail server refused it: {codes[0]}")
        return _try_later(mail, error)
    except SoftTimeLimitExceeded:
        raise
    except (OSError, SMTPException) as error:
        _try_later(mail, error)
        raise ServerAway from error
    return _end(mail, MailEnding.SENT)


def _try_later(mail: Mail, error: Exception) -> None:
    log.warning("mail %s not sent: %s", mail.pk, type(error).__name__)
    row = sql.one(POSTPONE, {
        "id": mail.pk, "first": FIRST_PAUSE, "longest": LONGEST_PAUSE, "give_up": GIVE_UP_AFTER,
    })  # fmt: skip
    if row and row.too_old:
        _end(mail, MailEnding.GIVEN_UP, type(error).__name__)


def _end(mail: Mail, ending: MailEnding, why: str = "") -> None:
    """What was not sent for a fault of ours or the server's leaves an event."""
    if sql.run(END, {"id": mail.pk, "ending": ending}) and why:
        record(
            change(
                mail.project_id, SYSTEM, "mail", mail.pk, "state", "", ending,
                queue=mail.queue_id, reason=why,
            )
        )  # fmt: skip


def leave_due(key: str) -> None:
    """The round failed over and over, which is not the mails' fault: beat begins another."""


outbox.handles(TOPIC, work=send_due, give_up=leave_due)
