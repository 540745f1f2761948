"""Rows as they are made from a source, and stored once for each dataset and content."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from annotate_site import sql
from traces.payloads import Payload
from traces.previews import first_line

from .columns import Chosen, map_columns
from .digests import row_digest

_dumps = partial(json.dumps, ensure_ascii=False)

# A row that is there already is touched by nobody; then it is read by its digest.
STORE = """
with given as (
  select * from unnest(%(source)s::text[], %(digest)s::text[], %(inputs)s::json[],
                       %(outputs)s::json[], %(expected)s::json[], %(annotations)s::json[],
                       %(preview)s::text[], %(trace)s::uuid[], %(trace_id)s::text[],
                       %(span_id)s::text[], %(queue)s::uuid[], %(item)s::uuid[], %(round)s::int[])
         with ordinality as t (source, digest, inputs, outputs, expected, annotations, preview,
                               trace, trace_id, span_id, queue, item, round, place)
)
insert into traces_datasetrow (dataset_id, source, digest, inputs, outputs, expected, annotations,
                               preview, trace, trace_id, span_id, queue, item, round)
select %(dataset)s, source, digest, inputs, outputs, expected, annotations, preview, trace,
       trace_id, span_id, queue, item, round
  from given order by place
on conflict (dataset_id, digest) do nothing
"""
# What is swept meanwhile (see sweeping.py) would be neither stored nor found.
KEEP_ROWS = "select 1 from traces_dataset where id = %(dataset)s for key share"
WAIT = """
insert into traces_datasetadditionrow (addition_id, row_id)
select %(addition)s, r.id
  from unnest(%(digest)s::text[]) with ordinality as given (digest, place)
  join traces_datasetrow r on r.dataset_id = %(dataset)s and r.digest = given.digest
 order by given.place
on conflict do nothing
"""


@dataclass(frozen=True)
class NewRow:
    """`source`: see DatasetRow. `trace_id` is the sender's, `trace` ours."""

    source: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    expected: dict[str, Any]
    annotations: dict[str, Any] = field(default_factory=dict)
    trace: UUID | None = None
    trace_id: str = ""
    span_id: str = ""
    queue: UUID | None = None
    item: UUID | None = None
    round: int | None = None


def row_of_trace(payload: Payload, chosen: Chosen) -> NewRow:
    mapped = map_columns({"inputs": payload.inputs, "outputs": payload.outputs}, chosen)
    trace = payload.trace
    return NewRow(
        f"trace:{trace.pk}", mapped.inputs, mapped.outputs, mapped.expected,
        trace=trace.pk, trace_id=trace.trace_id,
    )  # fmt: skip


def store_rows(dataset_id: UUID, addition_id: int, rows: Iterable[NewRow]) -> int:
    """Each row once, in the present transaction, to wait for the addition's version; how many."""
    given = list(rows)
    columns: dict[str, Any] = {
        name: [_dumps(getattr(row, name)) for row in given]
        for name in ("inputs", "outputs", "expected", "annotations")
    }
    columns |= {
        name: [getattr(row, name) for row in given]
        for name in ("source", "trace", "trace_id", "span_id", "queue", "item", "round")
    }
    columns["digest"] = [row_digest(vars(row)) for row in given]
    columns["preview"] = [first_line(row.inputs, row.outputs) for row in given]
    where = {"dataset": dataset_id, "addition": addition_id}
    sql.run(KEEP_ROWS, where)
    sql.run(STORE, columns | where)
    sql.run(WAIT, {"digest": columns["digest"]} | where)
    return len(given)
