"""What beat does each ten minutes: due dates that come near, and the digest of the morning."""

from django.conf import settings

from annotate_site import sql

from ..conditions import NOW
from .following import REMINDED, follow_all
from .mail.sending import wake_if_due

# Between 8 and 20 o'clock in the zone of the project that the person joined first, once for each
# day of that zone; whether anything is waiting is looked up when it is sent.
DIGESTS = f"""
insert into projects_mail (user_id, project_id, kind, day)
select u.id, home.id, 'digest', home.at::date
  from projects_noticechoice choice
  join projects_user u on u.id = choice.user_id and u.is_active
 cross join lateral (
       select p.id, {NOW} at time zone p.time_zone as at
         from projects_membership m
         join projects_project p on p.id = m.project_id and p.archived_at is null
        where m.user_id = u.id order by m.id limit 1) home
 where choice.kind = 'digest' and choice.by_mail
   and home.at::time between '08:00' and '20:00'
   and not exists (select 1 from projects_mail m where m.user_id = u.id and m.day = home.at::date)
 order by u.id
on conflict (user_id, day) where day is not null do nothing
"""


def remind() -> int:
    """How many people were told of a due date."""
    told = follow_all(REMINDED)
    if settings.EMAIL_HOST:
        sql.run(DIGESTS)
    wake_if_due()
    return told
