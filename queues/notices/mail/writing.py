"""What a mail says, looked up when it is sent: whoever is not concerned any more gets none."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from annotate_site import sql
from annotate_site.projects.access import ROLE_CAN, Can
from annotate_site.projects.models import Mail, NoticeKind, User

from ...conditions import NOW
from ...due_dates import days_left
from ..choices import wants_mail
from ..digest import digest
from ..kinds import KINDS
from ..listing import address_of
from ..wording import digest_subject, in_a_line, rights_words, sentence, subject
from .unsubscribing import stop_path

MANAGERS = [role for role, can in ROLE_CAN.items() if Can.MANAGE in can]
# The notice is there and unread, and the person is still somebody whom it concerns.
CONCERNED = f"""
select p.slug, p.name as project, p.time_zone, q.name as queue, q.due_date, n.count,
       {NOW} as now, coalesce(who.can_annotate, false) as annotates,
       coalesce(who.can_review, false) as reviews
  from projects_notice n
  join projects_user u on u.id = n.user_id and u.is_active
  join projects_project p on p.id = n.project_id and p.archived_at is null
  join projects_membership pm on pm.project_id = p.id and pm.user_id = u.id
  join queues_queue q on q.id = n.queue_id and q.archived_at is null
  left join queues_queuemember who
    on who.queue_id = q.id and who.user_id = u.id and who.removed_at is null
 where n.user_id = %(user)s and n.queue_id = %(queue)s and n.kind = %(kind)s and n.read_at is null
   and case n.kind
       when 'sent_back' then who.can_annotate and n.count > 0 and q.status in ('active', 'paused')
       when 'review' then who.can_review and n.count > 0 and q.status in ('active', 'paused')
       when 'due_soon' then (who.can_annotate or pm.role = any(%(managers)s))
                            and q.status in ('active', 'paused')
       when 'completed' then pm.role = any(%(managers)s) and q.status = 'completed'
       else who.id is not null end
"""


@dataclass(frozen=True)
class Letter:
    """`path`: where its button leads; `lines`: of a digest, (queue, project, words, address)."""

    subject: str
    sentence: str
    path: str
    about: str = ""
    lines: list[tuple[str, str, str, str]] = field(default_factory=list)


def write(mail: Mail) -> EmailMultiAlternatives | None:
    """The message, or None where there is nothing to say to this person now."""
    if not mail.user.is_active or not wants_mail(mail.user, mail.kind):
        return None
    letter = _digest(mail.user) if mail.kind == NoticeKind.DIGEST else _about_a_queue(mail)
    return message(mail.user, mail.kind, letter, number=mail.pk) if letter else None


def _about_a_queue(mail: Mail) -> Letter | None:
    params = {
        "user": mail.user_id, "queue": mail.queue_id, "kind": mail.kind, "managers": MANAGERS,
    }  # fmt: skip
    row = sql.one(CONCERNED, params)
    if row is None:
        return None
    days = days_left(row.due_date, time_zone=row.time_zone, now=row.now)
    if mail.kind == NoticeKind.DUE_SOON and (days is None or days < 0):
        return None
    rights = rights_words(row.annotates, row.reviews)
    return Letter(
        subject(mail.kind, row.count, row.queue, days=days),
        sentence(mail.kind, row.count, rights=rights, due=row.due_date, days=days),
        address_of(mail.kind, slug=row.slug, queue_id=mail.queue_id),
        f"{in_a_line(row.queue)} · {in_a_line(row.project)}",
    )


def _digest(user: User) -> Letter | None:
    found = digest.waiting(user)
    if not found:
        return None
    lines = [
        (in_a_line(one.queue), in_a_line(one.project), one.words, settings.SITE_URL + one.path)
        for one in found
    ]
    words = digest_subject(len(found))
    return Letter(words, f"{words}.", address_of(NoticeKind.DIGEST, slug="", queue_id=None),
                  lines=lines)  # fmt: skip


def message(user: User, kind: str, letter: Letter, *, number: int) -> EmailMultiAlternatives:
    """`number`: of the mail's row, so that a copy of it would have the same id."""
    stop = settings.SITE_URL + stop_path(user, kind)
    context: dict[str, Any] = {
        "letter": letter,
        "button": KINDS[kind].button,
        "link": settings.SITE_URL + letter.path,
        "settings": settings.SITE_URL + reverse("notices:settings"),
        "stop": stop,
    }
    host = urlsplit(settings.SITE_URL).hostname
    made = EmailMultiAlternatives(
        subject=letter.subject,
        body=render_to_string("notices/mail.txt", context),
        to=[user.email],
        headers={
            "Message-ID": f"<notice-{number}@{host}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    made.attach_alternative(render_to_string("notices/mail.html", context), "text/html")
    return made
