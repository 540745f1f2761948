"""What is done to many traces at once: tags added and removed, and deleting.

Each call is one transaction and writes one event; give a few hundred ids at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from annotate_site import sql
from annotate_site.projects.events import Actor, change
from annotate_site.projects.models import Project

from ..ingest.parsed import MAX_TAGS
from ..models import Trace

# In one order everywhere, so that two changes of the same traces cannot deadlock.
TAG = """
with chosen as (
  select id, tags from traces_trace where project_id = %(project)s and id = any(%(ids)s)
   order by trace_id for no key update
), tagged as (
  select id, array(select tag from (
           select tag, min(place) as place
             from unnest(chosen.tags::text[] || %(add)s::text[]) with ordinality as one(tag, place)
            where tag <> all(%(remove)s::text[]) group by tag) kept
          order by place limit %(most)s) as tags
    from chosen
)
update traces_trace t set tags = tagged.tags from tagged
 where t.id = tagged.id and t.project_id = %(project)s and t.tags::text[] <> tagged.tags
"""


@dataclass(frozen=True)
class Bulk:
    """One change of many traces: its id, and how many were changed before this call."""

    id: str
    before: int = 0


def tag_traces(
    *,
    project: Project,
    ids: Sequence[UUID],
    add: Sequence[str],
    remove: Sequence[str],
    actor: Actor,
    bulk: Bulk,
) -> int:
    """Adds tags behind those that are there, MAX_TAGS at most; how many traces it changed."""
    params = {
        "project": project.pk, "ids": list(ids), "add": list(add), "remove": list(remove),
        "most": MAX_TAGS,
    }  # fmt: skip
    words = [f"added {tag}" for tag in add] + [f"removed {tag}" for tag in remove]
    with transaction.atomic():
        count = sql.run(TAG, params)
        _record(project, actor, "tagging", bulk, count, ", ".join(words))
    return count


def delete_traces(
    *, project: Project, ids: Sequence[UUID], actor: Actor, bulk: Bulk, reason: str = ""
) -> int:
    """Deletes traces with their spans; items of queues and rows of datasets keep their copies.

    How many were there.
    """
    with transaction.atomic():
        found = lock_for_deletion(project, ids)
        Trace.objects.filter(project=project, pk__in=found).only("pk").delete()
        _record(project, actor, "deletion", bulk, len(found), reason)
    return len(found)


def lock_for_deletion(project: Project, ids: Sequence[UUID]) -> list[UUID]:
    """Those that are there; until the transaction ends nobody makes anything from them."""
    locked = project.traces.filter(pk__in=ids).order_by("trace_id").select_for_update()
    return list(locked.values_list("pk", flat=True))


def _record(project: Project, actor: Actor, kind: str, bulk: Bulk, count: int, reason: str) -> None:
    if count:
        before, after = bulk.before or "", bulk.before + count
        change(project, actor, kind, bulk.id, "traces", before, after, reason=reason).save()
