"""Filters that name a user, wherever somebody kept one: views, rules, batches, additions, jobs."""

import json
from urllib.parse import quote_plus

from annotate_site import sql
from annotate_site.projects.models import Project

# A view of one person's traces is of no use any more; a rule goes on and matches nothing.
VIEWS = "delete from traces_savedview where project_id = %(project)s and filter::text like %(like)s"
RULES = """
update queues_rule set filter = '["user:is:(erased)"]'
 where project_id = %(project)s and filter::text like %(like)s
"""
BATCHES = """
update queues_batch b set filter = '{"erased": true}' from queues_queue q
 where q.id = b.queue_id and q.project_id = %(project)s and b.filter::text like %(like)s
"""
# Strata of a sample may be users, or filters that name one.
DESIGNS = """
update queues_batch b
   set design = (case when (b.design -> 'strata')::text like %(like)s
                      then jsonb_set(b.design, '{strata}', '[]') else b.design end)
                #- array['population', %(user)s]
  from queues_queue q
 where q.id = b.queue_id and q.project_id = %(project)s
   and ((b.design -> 'strata')::text like %(like)s
        or jsonb_exists(b.design -> 'population', %(user)s))
"""
ADDITIONS = """
update traces_datasetaddition a set filter = '{"erased": true}' from traces_dataset d
 where d.id = a.dataset_id and d.project_id = %(project)s and a.filter::text like %(like)s
"""
# As in an address; a job that has ended reads its parameters no more.
JOBS = """
update projects_job set params = params - 'selection'
 where project_id = %(project)s and state in ('done', 'failed')
   and strpos(params ->> 'selection', 'user%%3A') > 0
   and strpos((params ->> 'selection') || '&', %(coded)s) > 0
"""


def forget_filters(project: Project, user_id: str) -> None:
    """In the present transaction. What filters by a part of the id is not found."""
    written = json.dumps(user_id, ensure_ascii=False)[1:-1]
    for one in ("\\", "%", "_"):
        written = written.replace(one, f"\\{one}")
    where = {
        "project": project.pk, "user": user_id, "like": f'%"user:%:{written}"%',
        "coded": f"{quote_plus(f':{user_id}')}&",
    }  # fmt: skip
    sql.run(VIEWS, where)
    sql.run(RULES, where)
    sql.run(BATCHES, where)
    sql.run(DESIGNS, where)
    sql.run(ADDITIONS, where)
    sql.run(JOBS, where)
