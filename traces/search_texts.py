"""What traces say, kept to be searched; made anew for traces that have come or changed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from annotate_site import sql

from .payloads import Sides, sides_of
from .reading.technical import is_technical

SEARCHED = 8192  # characters of a side
# Words of formats, which everybody's traces have.
_UNSAID = frozenset({"role", "type", "kind"})

FILL = """
insert into traces_tracetext (project_id, trace_id, input, output)
select trace.project_id, trace.id, given.input, given.output
  from json_to_recordset(%(rows)s::json) as given (trace uuid, input text, output text)
  join traces_trace trace on trace.project_id = %(project)s and trace.id = given.trace
 order by trace.id
    on conflict (trace_id) do update set input = excluded.input, output = excluded.output
 where (traces_tracetext.input, traces_tracetext.output)
       is distinct from (excluded.input, excluded.output)
"""


def fill_texts(
    project: UUID, traces: Sequence[UUID], known: Mapping[UUID, Sides] | None = None
) -> None:
    """Of traces that are stored with their spans, at most a few hundred. `known`: what some of them
    say, where that has been read already.
    """
    if not traces:
        return
    sides = {pk: known[pk] for pk in traces if pk in known} if known else {}
    if unread := [pk for pk in traces if pk not in sides]:
        sides |= sides_of(project, unread)
    rows = [
        {"trace": str(pk), "input": searched(asked), "output": searched(answered)}
        for pk, (asked, answered) in sides.items()
    ]
    text = json.dumps(rows, ensure_ascii=False)
    sql.run(FILL, {"project": project, "rows": text})


def searched(side: Any) -> str:
    """The texts and numbers of a side in its order, one a line, in lower case; see SEARCHED."""
    found: list[str] = []
    room = SEARCHED
    for text in _texts(side):
        found.append(text[:room])
        room -= len(text) + 1
        if room <= 0:
            break
    # In lower case some characters become two.
    return "\n".join(found).lower()[:SEARCHED]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not _is_unsaid(key):
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)


@lru_cache(maxsize=4096)
def _is_unsaid(key: str) -> bool:
    return key.lower() in _UNSAID or is_technical(key)
