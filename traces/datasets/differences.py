"""What two versions of a dataset have different, by the source of each row."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from annotate_site import sql
from annotate_site.keyset import cut
from traces.titles import Heading, heading_of

from .models import DatasetVersion

PAGE = 50

# Rows that both have are left out by the index of places alone; the others are few, mostly.
DIFFERENT = """
earlier as (
  select p.place, r.id, r.source
    from traces_datasetplace p join traces_datasetrow r on r.id = p.row_id
   where p.version_id = %(earlier)s and not exists (
         select 1 from traces_datasetplace o
          where o.version_id = %(later)s and o.row_id = p.row_id)
), later as (
  select p.place, r.id, r.source
    from traces_datasetplace p join traces_datasetrow r on r.id = p.row_id
   where p.version_id = %(later)s and not exists (
         select 1 from traces_datasetplace o
          where o.version_id = %(earlier)s and o.row_id = p.row_id)
)
"""
COUNT = f"""
with {DIFFERENT}
select count(*) filter (where e.id is null) as added,
       count(*) filter (where e.id is not null and l.id is not null) as changed,
       count(*) filter (where l.id is null) as removed
  from earlier e full join later l on l.source = e.source
"""
# Content is read of one page.
ROWS = f"""
with {DIFFERENT}, page as (
  select coalesce(l.place, e.place) as place, e.id as earlier, l.id as later
    from earlier e full join later l on l.source = e.source
   where case when e.id is null then 'added' when l.id is null then 'removed' else 'changed' end
         = %(kind)s
     and coalesce(l.place, e.place) > %(after)s
   order by 1 limit %(most)s
)
select page.place, page.earlier, page.later, coalesce(l.preview, e.preview) as preview,
       array_remove(array[
         case when e.inputs::text <> l.inputs::text then 'inputs' end,
         case when e.outputs::text <> l.outputs::text then 'outputs' end,
         case when e.expected::text <> l.expected::text then 'expected' end,
         case when e.annotations::text <> l.annotations::text then 'annotations' end
       ], null) as columns
  from page left join traces_datasetrow e on e.id = page.earlier
  left join traces_datasetrow l on l.id = page.later
 order by page.place
"""


class Kind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class Counts(NamedTuple):
    added: int
    changed: int
    removed: int


class Difference(NamedTuple):
    """`place`: in the later version, of what is removed in the earlier. `earlier`, `later`: ids of
    rows. `columns`: those that a changed row has different.
    """

    place: int
    earlier: int | None
    later: int | None
    preview: str
    columns: list[str]

    @property
    def heading(self) -> Heading:
        return heading_of("", self.preview)


@dataclass(frozen=True)
class Differences:
    """A page of one kind; `after`: where the next page begins, None behind the last."""

    counts: Counts
    rows: list[Difference]
    after: int | None


def read_differences(
    earlier: DatasetVersion, later: DatasetVersion, kind: Kind | None, *, after: int = 0
) -> Differences:
    """Two statements. `kind`: None for the first that there is any of."""
    params = {"earlier": earlier.pk, "later": later.pk}
    counts = sql.one(COUNT, params, into=Counts)
    assert counts is not None
    kind = kind or first_kind(counts)
    shown = {"kind": kind, "after": after, "most": PAGE + 1}
    rows, more = cut(sql.rows(ROWS, params | shown, into=Difference), PAGE)
    return Differences(counts, rows, rows[-1].place if more else None)


def first_kind(counts: Counts) -> Kind:
    return next((kind for kind in Kind if getattr(counts, kind)), Kind.ADDED)
