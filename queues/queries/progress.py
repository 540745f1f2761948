"""How far a queue is: by person, and work that could not be taken."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q

from annotate_site import sql
from annotate_site.projects.models import User

from ..conditions import NOW, is_live, is_uncleared_skip
from ..effort import Effort, Spent, effort_shown
from ..models import Queue, Reservation

MOST_SHOWN = 200
TREND = 7  # days

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
), acted as (
  select r.annotator_id as person,
         max(greatest(r.opened_at, r.draft_saved_at, r.parked_at,
                      case when r.ending in ('submitted', 'skipped') then r.ended_at end)) as at
    from queues_reservation r
   where r.queue_id = %(queue)s and r.kind = 'annotate'
     and (%(only)s::bigint is null or r.annotator_id = %(only)s)
   group by r.annotator_id
), daily as (
  select r.annotator_id as person, (r.ended_at at time zone %(zone)s)::date as day, count(*) as n
    from queues_reservation r
   where r.queue_id = %(queue)s and r.kind = 'annotate' and r.ending = 'submitted'
     and r.ended_at > {NOW} - make_interval(days => %(trend)s + 1)
     and (%(only)s::bigint is null or r.annotator_id = %(only)s)
   group by 1, 2
), trend as (
  select person, array_agg(day) as days, array_agg(n) as ns from daily group by person
)
select u.id as person, u.name, u.email, m.removed_at is not null as gone,
       m.away_at is not null as away,
       coalesce(done.n, 0) as done, coalesce(skipped.n, 0) as skipped, coalesce(held.n, 0) as held,
       acted.at as acted_at, trend.days, trend.ns, ({NOW} at time zone %(zone)s)::date as today
  from queues_queuemember m
  join projects_user u on u.id = m.user_id
  left join done on done.person = u.id
  left join skipped on skipped.person = u.id
  left join held on held.person = u.id
  left join acted on acted.person = u.id
  left join trend on trend.person = u.id
 where m.queue_id = %(queue)s and (%(only)s::bigint is null or u.id = %(only)s)
   and ((m.can_annotate and m.removed_at is null) or done.n > 0 or skipped.n > 0)
 order by gone, m."order", m.id
"""


@dataclass(frozen=True)
class PersonRow:
    """One annotator's items of present rounds. `gone`: no longer in the queue, the work stays.

    `away`: marked so, and handed nothing that waits. `trend`: submitted on each of the last seven
    days, today last; `sent_back` and `spent`: of all rounds; `acted_at`: the last act here.
    """

    pk: int
    name: str
    gone: bool
    away: bool
    done: int
    skipped: int
    held: int
    acted_at: datetime | None
    trend: tuple[int, ...]
    sent_back: int
    spent: Spent


def people_progress(
    queue: Queue, only: User | None = None, *, effort: Effort | None = None
) -> list[PersonRow]:
    """With `only` that person's own figures and nobody else's. One statement, and without the
    `effort` of the same people those that read it.
    """
    person = only.pk if only else None
    effort = effort or effort_shown.of(queue.pk, person)
    zone = queue.project.time_zone
    asked = {"queue": queue.pk, "only": person, "zone": zone, "trend": TREND}
    rows = sql.rows(PEOPLE, asked)
    return [
        PersonRow(
            row.person,
            row.name or row.email,
            row.gone,
            row.away,
            row.done,
            row.skipped,
            row.held,
            row.acted_at,
            _trend(row),
            effort.sent_back.get(row.person, 0),
            effort.by_person.get(row.person, Spent()),
        )
        for row in rows
    ]


def _trend(row: Any) -> tuple[int, ...]:
    by_day = dict(zip(row.days or [], row.ns or [], strict=True))
    days = [row.today - timedelta(days=n) for n in reversed(range(TREND))]
    return tuple(by_day.get(day, 0) for day in days)


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
