"""Names of scores that no field has."""

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
