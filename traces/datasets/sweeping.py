"""Rows that were to become a version, and whose job failed or whose page was never answered."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from annotate_site import sql

from .models import Dataset

KEEP = timedelta(days=1)
BATCH = 1000  # rows of one transaction

ABANDONED = """
select a.id, a.dataset_id from traces_datasetaddition a
 where a.version_id is null and a.created_at < clock_timestamp() - %(keep)s
   and exists (select 1 from traces_datasetadditionrow w where w.addition_id = a.id)
   and not exists (select 1 from projects_job j join traces_dataset d on d.project_id = j.project_id
                    where d.id = a.dataset_id and j.state in ('waiting', 'running')
                      and j.params ->> 'addition' = a.id::text)
 order by a.id
"""
# Rows that another addition waits for, or a version has, stay.
SWEEP = """
with gone as (
  delete from traces_datasetadditionrow where id in (
         select id from traces_datasetadditionrow where addition_id = %(addition)s
          order by id limit %(batch)s)
  returning id, row_id
), orphans as (
  delete from traces_datasetrow r using gone
   where r.id = gone.row_id
     and not exists (select 1 from traces_datasetplace p where p.row_id = r.id)
     and not exists (select 1 from traces_datasetadditionrow w
                      where w.row_id = r.id and w.id not in (select id from gone))
  returning r.id
)
select (select count(*) from gone) as waiting, (select count(*) from orphans) as rows
"""


def sweep_additions() -> int:
    """How many rows went. Each batch is a transaction of its own."""
    swept = 0
    for addition in sql.rows(ABANDONED, {"keep": KEEP}):
        while (found := _sweep(addition)).waiting:
            swept += found.rows
    return swept


def _sweep(addition: Any) -> Any:
    with transaction.atomic():
        # Against an addition that finds such a row there, and stores it no more.
        Dataset.objects.select_for_update().get(pk=addition.dataset_id)
        return sql.one(SWEEP, {"addition": addition.id, "batch": BATCH})
