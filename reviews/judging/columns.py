"""Columns of judgments in the list of traces: what was said of each trace, for one reader."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import Project, User
from fields.models import Field

from ..results.answer_tags import Given, Tag, tag_of
from ..results.export.reviewed import as_json
from ..scores import is_present
from .listing import JOINED, READABLE, note_read
from .shown import who_said

MOST = 20  # judgments of one trace that are looked at for one column
# A final value takes the place of the answers on its item.
CELLS = f"""
select * from (
  select told.trace_id as told_of, told.lineage as about, coalesce(f.name, n.name) as name,
         s.id, s.trace_id, s.target_kind, s.target_key, s.item_id, s.source_kind, s.source_key,
         s.field_id, s.annotator_id, s.evaluator, u.name as person, u.email, token.name as token,
         case jsonb_typeof(s.value) when 'string' then to_jsonb(left(s.value #>> '{{}}', 200))
              else s.value end as value,
         row_number() over (partition by told.trace_id, told.lineage
                            order by s.source_kind <> 'human', s.id desc) as place
    from traces_tracefeedback told join reviews_score s on s.id = told.score_id {JOINED}
   where {READABLE}
     and told.trace_id = any(%(traces)s::uuid[]) and told.lineage = any(%(about)s::uuid[])
     and not (s.annotation_id is not null and exists (
              select 1 from reviews_score final
               where final.item_id = s.item_id and final.round = s.round
                 and final.field_id = s.field_id and final.review_id is not null
                 and {is_present("final")}))
) one where place <= {MOST} order by told_of, about, place
"""


def judged_cells(
    project: Project, reader: User, traces: Sequence[UUID], about: Sequence[UUID]
) -> dict[tuple[UUID, UUID], Tag]:
    """By trace and field (its lineage, or the id of a name); the reader has opened them.

    A fixed number of statements, whatever the number of traces and columns.
    """
    if not traces or not about:
        return {}
    rows = sql.rows(CELLS, {
        "project": project.pk, "reader": reader.pk, "traces": list(traces), "about": list(about),
    })  # fmt: skip
    note_read(reader, project.pk, rows)
    fields = Field.objects.in_bulk({row.field_id for row in rows if row.field_id})
    cells: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    for row in rows:
        cells[row.told_of, row.about].append(row)
    return {place: _tag(found, fields) for place, found in cells.items()}


def _tag(rows: list[Any], fields: dict[UUID, Field]) -> Tag:
    given = [Given(who_said(row), fields.get(row.field_id), as_json(row.value)) for row in rows]
    return tag_of(rows[0].name, given)
