"""What judgments are about, by name: fields, and names that no field has; and evaluators."""

from collections.abc import Collection
from uuid import UUID

from uuid_utils.compat import uuid7

from annotate_site import sql
from annotate_site.projects.models import Project

ADD = """
insert into traces_scorename (id, project_id, name, created_at)
select id, %(project)s, name, now()
  from unnest(%(ids)s::uuid[], %(names)s::text[]) as given(id, name)
on conflict do nothing
"""
FIND = """
select given.name, known.id from unnest(%(names)s::text[]) as given(name)
  join traces_scorename known
    on known.project_id = %(project)s and lower(known.name) = lower(given.name)
"""


def name_ids(project: Project, names: Collection[str]) -> dict[str, UUID]:
    """The id of each name, which is made where there is none; case makes no difference."""
    if not names:
        return {}
    given = sorted(names)
    params = {"project": project.pk, "names": given, "ids": [uuid7() for _ in given]}
    found = {row.name: row.id for row in sql.rows(FIND, params)}
    if len(found) < len(given):
        sql.run(ADD, params)
        found = {row.name: row.id for row in sql.rows(FIND, params)}
    return found


def judged_names(project: Project) -> dict[UUID, str]:
    """What traces of the project can be judged by: fields by lineage, those of its queues and its
    own, each named as its latest version, and names of scores by id; in the order of their names.
    One statement.
    """
    columns = "created_at", "lineage", "name"
    asked = project.queues.exclude(queue_fields__field=None)
    rows = asked.values_list(*(f"queue_fields__field__{column}" for column in columns)).union(
        project.fields.values_list(*columns),
        project.score_names.values_list("created_at", "id", "name"),
    )
    names = {about: str(name) for _, about, name in sorted(rows)}
    return dict(sorted(names.items(), key=lambda pair: pair[1].lower()))


# Each from the one before it, so that as many rows are read as there are evaluators.
EVALUATORS = """
with recursive known as (
  (select evaluator from traces_tracefeedback
    where project_id = %(project)s and evaluator > '' order by evaluator limit 1)
  union all
  select (select f.evaluator from traces_tracefeedback f
           where f.project_id = %(project)s and f.evaluator > known.evaluator
             and f.evaluator <> '' order by f.evaluator limit 1)
    from known where known.evaluator is not null
)
select evaluator from known where evaluator is not null limit 50
"""


def evaluators_of(project: Project) -> list[str]:
    """The models and checks that judged a trace of the project: the first 50, by name."""
    return [row.evaluator for row in sql.rows(EVALUATORS, {"project": project.pk})]
