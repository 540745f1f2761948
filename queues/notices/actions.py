"""Telling people, and what they do with what they were told."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.conf import settings
from django.db import transaction

from annotate_site import sql
from annotate_site.projects.actions import lock_person
from annotate_site.projects.models import Mail, MailEnding, Notice, NoticeChoice, NoticeKind, User

from ..conditions import NOW
from .kinds import KINDS
from .mail.sending import post_sending

# However many people: one statement, with their mails.
INVITE = f"""
with told as (
  insert into projects_notice (user_id, project_id, queue_id, kind, at)
  select person, %(project)s, %(queue)s, 'invited', {NOW}
    from unnest(%(people)s::bigint[]) as given(person) order by person
  on conflict (user_id, queue_id, kind) do update set at = excluded.at, read_at = null
  returning user_id
)
insert into projects_mail (user_id, project_id, queue_id, kind, due_at)
select told.user_id, %(project)s, %(queue)s, 'invited', {NOW}
  from told
  left join projects_noticechoice choice
    on choice.user_id = told.user_id and choice.kind = 'invited'
 where %(mails)s and coalesce(choice.by_mail, %(by_mail)s)
on conflict (user_id, queue_id, kind) where ended_at is null do nothing
"""


def invited(*, project_id: UUID, queue_id: UUID, people: Iterable[int]) -> None:
    """They have got rights in the queue that they did not take themselves; in the transaction of
    the change.
    """
    ids = sorted(set(people))
    if not ids:
        return
    params = {
        "project": project_id, "queue": queue_id, "people": ids,
        "mails": bool(settings.EMAIL_HOST), "by_mail": KINDS[NoticeKind.INVITED].by_mail,
    }  # fmt: skip
    if sql.run(INVITE, params):
        post_sending()


OF_MEMBERS = (NoticeKind.INVITED, NoticeKind.SENT_BACK, NoticeKind.REVIEW, NoticeKind.DUE_SOON)


def forget(*, user: User, queue_id: UUID, kinds: Iterable[NoticeKind]) -> None:
    """What does not concern them in this queue any more; told again where it still does."""
    Notice.objects.filter(user=user, queue_id=queue_id, kind__in=list(kinds)).delete()


def mark_read(*, notice: Notice) -> None:
    """As it is now: what is told later makes it unread again."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=sql.clock())


def mark_all_read(*, user: User) -> int:
    """Of what is shown in the page; how many were unread."""
    return Notice.objects.shown_to(user).unread().update(read_at=sql.clock())


def choose(*, user: User, wanted: Mapping[str, tuple[bool, bool]]) -> None:
    """What the person wants of each kind: in the page, by mail. Kinds that are missing stay."""
    with transaction.atomic():
        lock_person(user)
        for kind, (in_page, by_mail) in wanted.items():
            NoticeChoice.objects.update_or_create(
                user=user, kind=kind, defaults={"in_page": in_page, "by_mail": by_mail}
            )


def stop_mail(*, user: User, kind: str) -> None:
    """As the link in each mail asks: no more of this kind, and none of what waits."""
    with transaction.atomic():
        lock_person(user)
        NoticeChoice.objects.update_or_create(
            user=user, kind=kind, defaults={"by_mail": False},
            create_defaults={"by_mail": False, "in_page": KINDS[kind].in_page},
        )  # fmt: skip
        waiting = Mail.objects.filter(user=user, kind=kind, ended_at=None, begun_at=None)
        waiting.update(ended_at=sql.clock(), ending=MailEnding.NEEDLESS)
