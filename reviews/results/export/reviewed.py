"""Decisions, remarks and final values as an export gives them, read with the items' answers."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from annotate_site import sql

from ...scores import is_present

DECISIONS = """
select v.item_id, v.round, u.email, u.name, v.decided_at as submitted_at, v.remark,
       case when v.cleared_at is null then v.decision else v.decision || ', cleared' end as decision
  from reviews_review v join projects_user u on u.id = v.reviewer_id
 where v.item_id = any(%(items)s) and v.decided_at is not null
 order by v.item_id, v.decided_at
"""
# A key of `remarks` names an annotation and a field.
REMARKS = """
select v.item_id, v.round, u.email, u.name, v.decided_at as submitted_at, said.value as remark,
       f.name as field, f.id as field_id, f.kind, about.email as about
  from reviews_review v join projects_user u on u.id = v.reviewer_id
 cross join lateral jsonb_each_text(v.remarks) said
  join reviews_annotation a on a.id = split_part(said.key, ':', 1)::bigint
  join projects_user about on about.id = a.annotator_id
  join fields_field f on f.id = split_part(said.key, ':', 2)::uuid
 where v.item_id = any(%(items)s) and v.decided_at is not null
 order by v.item_id, v.decided_at, a.id, f.name
"""
FINAL = f"""
select s.item_id, s.round, s.annotator_id, u.email, u.name, s.created_at as submitted_at,
       f.name as field, f.id as field_id, f.kind, f.settings, s.value
  from reviews_score s join fields_field f on f.id = s.field_id
  join projects_user u on u.id = s.annotator_id
 where s.item_id = any(%(items)s) and s.review_id is not null and {is_present("s")}
 order by s.item_id, s.id
"""


@dataclass
class Reviewed:
    """Of one item, every round: rows with item, round, who (email, name) and when."""

    decisions: list[Any] = field(default_factory=list)
    remarks: list[Any] = field(default_factory=list)
    final: list[Any] = field(default_factory=list)

    def decision(self, round: int) -> str:
        """The one that stands in a round, "" if there is none."""
        standing = (row.decision for row in self.decisions if row.round == round)
        return next((one for one in standing if "cleared" not in one), "")

    def resolution(self, round: int) -> list[Any]:
        """The final values of a round: rows of FINAL."""
        return [row for row in self.final if row.round == round]


def read_reviewed(item_ids: list[UUID]) -> dict[UUID, Reviewed]:
    """Three statements, in the caller's transaction."""
    found = {pk: Reviewed() for pk in item_ids}
    params = {"items": item_ids}
    for row in sql.rows(DECISIONS, params):
        found[row.item_id].decisions.append(row)
    for row in sql.rows(REMARKS, params):
        found[row.item_id].remarks.append(row)
    for row in sql.rows(FINAL, params):
        found[row.item_id].final.append(row)
    return found


def lines_of(one: Reviewed) -> list[tuple[str, Any, dict[str, Any]]]:
    """The long shape: (record, row, cells beside those every record has)."""
    lines: list[tuple[str, Any, dict[str, Any]]] = [
        ("review", row, {"decision": row.decision, "note": row.remark}) for row in one.decisions
    ]
    lines += [
        ("remark", row, {**_field(row), "about": row.about, "note": row.remark})
        for row in one.remarks
    ]
    lines += [
        ("resolution", row, {**_field(row), "value": as_json(row.value)}) for row in one.final
    ]
    return lines


def as_json(raw: Any) -> Any:
    """JSONB as raw SQL gives it (text) or as Django does."""
    return json.loads(raw) if isinstance(raw, str) else raw


def _field(row: Any) -> dict[str, Any]:
    return {"field": row.field, "field_id": str(row.field_id), "kind": row.kind}
