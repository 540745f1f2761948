"""What beat does each minute: notices follow what is waiting, and mails follow notices."""

from typing import Any

from django.conf import settings
from django.db import transaction

from annotate_site import sql
from annotate_site.projects.access import ROLE_CAN, Can
from annotate_site.projects.models import NoticeKind

from ..conditions import NOW
from . import waiting
from .kinds import KINDS
from .mail.sending import wake_if_due

MANAGERS = [role for role, can in ROLE_CAN.items() if Can.MANAGE in can]
# Two at once would lock each other's rows: the second one leaves it to the first.
ALONE = "select pg_try_advisory_xact_lock(hashtextextended('notices', 0)) as got"


def following(waits: str) -> str:
    """A statement that makes the notices of `%(kind)s` say what `waits` finds.

    More, or newer: the notice is unread again, and a mail is due unless one waits or the person was
    told by mail lately and has not looked since. Less (`%(falls)s`): the count follows, and a
    notice of nothing is read. Returns how many people were told.
    """
    return f"""
with waits as materialized ({waits}
), compared as (
  select user_id, queue_id, w.project_id, coalesce(w.count, 0)::integer as count, n.id,
         w.user_id is not null as there, n.read_at,
         w.user_id is not null
           and (n.id is null or w.count > n.count or coalesce(w.newest > n.at, false)) as is_news
    from waits w
    full join (select * from projects_notice where kind = %(kind)s) n using (user_id, queue_id)
), news as (
  insert into projects_notice (user_id, project_id, queue_id, kind, count, at)
  select user_id, project_id, queue_id, %(kind)s, count, {NOW}
    from compared where is_news order by user_id, queue_id
  on conflict (user_id, queue_id, kind)
  do update set count = excluded.count, at = excluded.at, read_at = null
  returning user_id, project_id, queue_id
), fewer as (
  update projects_notice n
     set count = c.count,
         read_at = case when c.count = 0 then coalesce(n.read_at, {NOW}) else n.read_at end
    from compared c
   where n.id = c.id and not c.is_news and %(falls)s and c.count < n.count
), mails as (
  insert into projects_mail (user_id, project_id, queue_id, kind, due_at)
  select n.user_id, n.project_id, n.queue_id, %(kind)s,
         greatest({NOW} + %(wait)s::interval,
                  case when c.read_at is null or c.read_at < last.at
                       then last.at + %(pause)s::interval end)
    from news n join compared c using (user_id, queue_id)
    left join projects_noticechoice choice
      on choice.user_id = n.user_id and choice.kind = %(kind)s
    left join lateral (select max(ended_at) as at from projects_mail m
                        where m.user_id = n.user_id and m.queue_id = n.queue_id
                          and m.kind = %(kind)s and m.ending = 'sent') last on true
   where %(mails)s and coalesce(choice.by_mail, %(by_mail)s)
  on conflict (user_id, queue_id, kind) where ended_at is null do nothing
)
select count(*) as told from news
"""


FOLLOWED = {
    NoticeKind.SENT_BACK: following(waiting.SENT_BACK),
    NoticeKind.REVIEW: following(waiting.REVIEW),
    NoticeKind.COMPLETED: following(waiting.COMPLETED),
}
REMINDED = {NoticeKind.DUE_SOON: following(waiting.DUE_SOON)}


def notify() -> int:
    """How many people were told something; what was due by mail is sent by a worker then."""
    told = follow_all(FOLLOWED)
    wake_if_due()
    return told


def follow_all(statements: dict[NoticeKind, str]) -> int:
    return sum(_follow(kind, statement) for kind, statement in statements.items())


def _follow(kind: NoticeKind, statement: str) -> int:
    with transaction.atomic():
        alone = sql.one(ALONE)
        if alone is None or not alone.got:
            return 0
        row = sql.one(statement, parameters(kind))
    return row.told if row else 0


def parameters(kind: NoticeKind) -> dict[str, Any]:
    return {
        "kind": kind, "managers": MANAGERS, "mails": bool(settings.EMAIL_HOST),
        "falls": KINDS[kind].gathers, "wait": KINDS[kind].wait, "pause": KINDS[kind].pause,
        "by_mail": KINDS[kind].by_mail,
    }  # fmt: skip
