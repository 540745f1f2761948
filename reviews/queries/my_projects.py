"""The projects of one person, with what is going on in those whose results they may read."""

from dataclasses import dataclass
from datetime import date

from annotate_site import sql
from annotate_site.projects.access import ROLE_CAN, Can
from annotate_site.projects.models import Role, User
from queues.due_dates import is_overdue
from queues.states import QueueStatus

READERS = [role for role, can in ROLE_CAN.items() if Can.READ_RESULTS in can]
MY_PROJECTS = """
with mine as (
  select p.id, p.slug, p.name, p.time_zone, m.role, m.role = any(%(readers)s) as reads
    from projects_membership m
    join projects_project p on p.id = m.project_id and p.archived_at is null
   where m.user_id = %(user)s
), open as (
  select q.* from queues_queue q join mine on mine.id = q.project_id and mine.reads
   where q.archived_at is null
), figures as (
  select project_id, count(*) as queues,
         count(*) filter (where status = 'active') as active,
         min(due_date) filter (where status in ('active', 'paused')) as due
    from open group by project_id
), waiting as (
  select open.project_id, count(*) as n from open
    join queues_item i on i.queue_id = open.id and i.status = 'pending_review'
     and i.removed_at is null and i.kind = 'normal'
   where open.status in ('active', 'paused') group by open.project_id
)
select mine.slug, mine.name, mine.time_zone, mine.role, mine.reads, clock_timestamp() as now,
       coalesce(figures.queues, 0) as queues, coalesce(figures.active, 0) as active,
       figures.due, coalesce(waiting.n, 0) as waiting
  from mine
  left join figures on figures.project_id = mine.id
  left join waiting on waiting.project_id = mine.id
 order by lower(mine.name), mine.id
"""


@dataclass(frozen=True)
class MyProject:
    """`reads`: the figures are theirs to see; `waiting`: items for review; `due`: of the queues at
    work the first date.
    """

    slug: str
    name: str
    role: str
    reads: bool
    queues: int
    active: int
    waiting: int
    due: date | None
    overdue: bool


def my_projects(user: User) -> list[MyProject]:
    """By name. One statement."""
    return [
        MyProject(
            row.slug, row.name, Role(row.role).label, row.reads, row.queues, row.active,
            row.waiting, row.due,
            is_overdue(row.due, status=QueueStatus.ACTIVE, time_zone=row.time_zone, now=row.now),
        )
        for row in sql.rows(MY_PROJECTS, {"user": user.pk, "readers": READERS})
    ]  # fmt: skip
