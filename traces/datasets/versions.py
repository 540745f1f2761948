"""Making a version from the one before it: two statements, whatever its size."""

from collections.abc import Sequence
from typing import NamedTuple

from annotate_site import sql
from annotate_site.projects.models import User

from .models import Dataset, DatasetVersion

# What the next version would have: the latest's rows less those taken out, each replaced where the
# addition has its source with other content; then the sources that are new.
NEXT = """
latest as materialized (
  select p.place, r.id, r.source, r.digest
    from traces_datasetplace p join traces_datasetrow r on r.id = p.row_id
   where p.version_id = %(latest)s
), given as materialized (
  select distinct on (r.source) w.id as seq, r.id, r.source, r.digest
    from traces_datasetadditionrow w join traces_datasetrow r on r.id = w.row_id
   where w.addition_id = %(addition)s order by r.source, w.id desc
), chosen as (
  select 1 as part, l.place as seq, coalesce(g.id, l.id) as id,
         coalesce(g.digest, l.digest) as digest, coalesce(g.id <> l.id, false) as is_changed
    from latest l left join given g on g.source = l.source
   where l.id <> all(%(without)s::bigint[])
  union all
  select 2, g.seq, g.id, g.digest, false from given g
   where not exists (select 1 from latest l where l.source = g.source)
)
"""
COUNT = f"""
with {NEXT}
select count(*) as rows, count(*) filter (where part = 2) as added,
       count(*) filter (where is_changed) as changed,
       (select count(*) from latest where id = any(%(without)s::bigint[])) as removed,
       encode(sha256(coalesce(string_agg(digest, E'\\n' order by part, seq), '')::bytea), 'hex')
         as digest
  from chosen
"""
FILL = f"""
with {NEXT}
insert into traces_datasetplace (version_id, place, row_id)
select %(version)s, row_number() over (order by part, seq), id from chosen
"""


class Counted(NamedTuple):
    rows: int
    added: int
    changed: int
    removed: int
    digest: str


def make_version(
    dataset: Dataset,
    *,
    by: User | None,
    note: str,
    addition: int | None = None,
    without: Sequence[int] = (),
) -> DatasetVersion | None:
    """The next version of a dataset that the caller has locked; None where it would be the same."""
    latest = dataset.versions.order_by("-number").first()
    params = {
        "latest": latest.pk if latest else None, "addition": addition, "without": list(without),
    }  # fmt: skip
    found = sql.one(COUNT, params, into=Counted)
    assert found is not None
    if not (found.added or found.changed or found.removed):
        return None
    made = DatasetVersion.objects.create(
        dataset=dataset, number=latest.number + 1 if latest else 1, created_by=by, note=note,
        **found._asdict(),
    )  # fmt: skip
    sql.run(FILL, params | {"version": made.pk})
    return made
