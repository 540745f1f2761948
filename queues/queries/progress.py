"""How far a queue is: by person, and work that could not be taken."""

from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, F, Q

from annotate_site import sql
from annotate_site.projects.models import User

from ..conditions import is_live, is_uncleared_skip
from ..models import Queue, Reservation

MOST_SHOWN = 200

PEOPLE = f"""
with done as (
  select s.annotator_id as person, count(*) as n
    from queues_item i join queues_slot s on s.item_id = i.id and s.round = i.round
   where i.queue_id = %(queue)s and i.removed_at is null and i.kind = 'normal'
     and s.state = 'done' and (%(only)s::bigint is null or s.annotator_id = %(only)s)
   group by s.annotator_id
), skipped as (
  select r.annotator_id as person, count(distinct r.item_id) as n
    from queues_reservation r join queues_item i on i.id = r.item_id and i.round = r.round
   where r.queue_id = %(queue)s and r.kind = 'annotate' and {is_uncleared_skip("r")}
     and i.removed_at is null
     and (%(only)s::bigint is null or r.annotator_id = %(only)s)
   group by r.annotator_id
), held as (
  select s.annotator_id as person, count(*) as n
    from queues_slot s
   where s.queue_id = %(queue)s and {is_live("s")}
     and (%(only)s::bigint is null or s.annotator_id = %(only)s)
   group by s.annotator_id
)
select u.id as person, u.name, u.email, m.removed_at is not null as gone,
       m.away_at is not null as away,
       coalesce(done.n, 0) as done, coalesce(skipped.n, 0) as skipped, coalesce(held.n, 0) as held
  from queues_queuemember m
  join projects_user u on u.id = m.user_id
  left join done on done.person = u.id
  left join skipped on skipped.person = u.id
  left join held on held.person = u.id
 where m.queue_id = %(queue)s and (%(only)s::bigint is null or u.id = %(only)s)
   and ((m.can_annotate and m.removed_at is null) or done.n > 0 or skipped.n > 0)
 order by gone, m."order", m.id
"""


@dataclass(frozen=True)
class PersonRow:
    """One annotator's items of present rounds. `gone`: no longer in the queue, the work stays.

    `away`: marked so, and handed nothing that waits.
    """

    pk: int
    name: str
    gone: bool
    away: bool
    done: int
    skipped: int
    held: int


def people_progress(queue: Queue, only: User | None = None) -> list[PersonRow]:
    """One statement; with `only` that person's own figures and nobody else's."""
    rows = sql.rows(PEOPLE, {"queue": queue.pk, "only": only.pk if only else None})
    return [
        PersonRow(
            row.person,
            row.name or row.email,
            row.gone,
            row.away,
            row.done,
            row.skipped,
            row.held,
        )
        for row in rows
    ]


def refused_work(queue: Queue) -> list[Reservation]:
    """Answers that came too late to count and are kept as drafts; newest first, 200 at most.

    `can_be_accepted`: they are of the present round of an item that is not removed.
    """
    present = Q(round=F("item__round"), item__removed_at=None)
    refused = Reservation.objects.filter(queue=queue, refused_at__isnull=False).annotate(
        can_be_accepted=ExpressionWrapper(present, output_field=BooleanField())
    )
    listed = refused.select_related("annotator", "item").defer("item__snapshot")
    return list(listed.order_by("-refused_at")[:MOST_SHOWN])
