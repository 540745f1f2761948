"""What an item was made from: its trace or traces, in Python and as SQL."""

from uuid import UUID

from traces.models import Trace
from traces.sources import SourceKind
from traces.sources.keys import read_id, split_span_key

from ..models import Item

# The trace of the item `i`, null for an item of anything but a trace or a span. Compared with
# traces_trace.id it lets the primary key answer; a cast of that id to text would read every trace.
# CASE, since PostgreSQL may otherwise cast a key before it has looked whether it is a UUID.
TRACE_KEY = r"""(
       case when i.source_kind in ('trace', 'span')
                 and left(i.source_key, 36) ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
            then left(i.source_key, 36)::uuid end)"""
# Every trace of the item `i`, with its project: those of a session are the ones that were frozen
# with it. To be joined laterally: each is looked up by its key, whatever the statistics say.
TRACES_OF_ITEM = f"""
       select t.id as trace, t.project_id as project from traces_trace t where t.id = {TRACE_KEY}
       union all
       select t.id, t.project_id
         from json_array_elements(
                case when i.source_kind = 'session' then i.snapshot -> 'parts' end) part
        cross join lateral (
              select id, project_id from traces_trace where id = (part ->> 'trace')::uuid limit 1) t
"""


def trace_of(item: Item) -> UUID | None:
    """The trace that the item is about, or whose span it is; None for an item of anything else."""
    if item.source_kind == SourceKind.TRACE:
        return read_id(item.source_key)
    found = split_span_key(item.source_key) if item.source_kind == SourceKind.SPAN else None
    return found[0] if found else None


def traces_of(item: Item, project_id: UUID) -> list[Trace]:
    """Those whose lists show the item's queue, if they are still there."""
    ids = [trace_of(item)]
    if item.source_kind == SourceKind.SESSION:
        ids = [read_id(part["trace"]) for part in item.snapshot.get("parts", [])]
    return list(Trace.objects.filter(project=project_id, pk__in=[pk for pk in ids if pk]))


def span_of(item: Item) -> str:
    """The sender's id of the span that the item is about, "" for any other item."""
    found = split_span_key(item.source_key) if item.source_kind == SourceKind.SPAN else None
    return found[1] if found else ""
