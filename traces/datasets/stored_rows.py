"""The rows of a version in their order, in short statements, as downloads read them."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from annotate_site import sql
from annotate_site.keyset import cut

from .models import DatasetVersion

OBJECTS = ("inputs", "outputs", "expected")
CHUNK = 100  # rows of one statement: each may have megabytes

ROWS = """
select p.place as row, r.id, r.inputs::text, r.outputs::text, r.expected::text,
       r.annotations::text, r.source, r.trace_id, r.trace::text, r.span_id, r.queue::text,
       r.item::text, r.round, r.digest
  from traces_datasetplace p join traces_datasetrow r on r.id = p.row_id
 where p.version_id = %(version)s and p.place > %(after)s
 order by p.place limit %(most)s
"""


class Row(NamedTuple):
    """JSON is text, as it is stored."""

    row: int
    id: int
    inputs: str
    outputs: str
    expected: str
    annotations: str
    source: str
    trace_id: str
    trace: str | None
    span_id: str
    queue: str | None
    item: str | None
    round: int | None
    digest: str

    def as_json(self, *, hidden: bool) -> dict[str, Any]:
        """With JSON opened; `hidden`: without its answers."""
        opened = {name: json.loads(getattr(self, name)) for name in OBJECTS}
        given = {} if hidden else json.loads(self.annotations)
        return self._asdict() | opened | {"annotations": given, "hidden": hidden}


Open = Callable[[Sequence[Row]], Collection[str]]
"""Called with each chunk before it leaves: it says of which items the answers are hidden."""


def read_rows(version: DatasetVersion, open: Open) -> Iterator[Row]:
    after = 0
    while chunk := sql.rows(ROWS, {"version": version.pk, "after": after, "most": CHUNK}, into=Row):
        hidden = open(chunk)
        for row in chunk:
            yield row._replace(annotations="{}") if row.item in hidden else row
        after = chunk[-1].row


def read_page(version: DatasetVersion, *, after: int, most: int) -> tuple[list[Row], bool]:
    """At most so many rows behind a place, and whether more follow."""
    params = {"version": version.pk, "after": after, "most": most + 1}
    return cut(sql.rows(ROWS, params, into=Row), most)
