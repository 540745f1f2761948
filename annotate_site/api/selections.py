"""Traces that a program names, by id or by a filter."""

from uuid import UUID

from django.db.models import Q

from annotate_site.projects.models import Project
from traces.filters import TraceFilter
from traces.selecting import Selection

from .errors import Invalid


def select_traces(
    project: Project, trace_ids: list[str] | None, filter: list[str] | None, *, within: str
) -> Selection:
    """By `trace_id` or our own id, else those that match; `within`: the path of the filter.

    Raises Invalid for a filter that is not understood, which would mean all traces.
    """
    if trace_ids is None:
        wanted = TraceFilter.from_rows(filter or [])
        if wanted.problems:
            raise Invalid([(f"{within}.filter", problem) for problem in wanted.problems])
        return Selection(project, filter=wanted)
    named = list(dict.fromkeys(trace_ids))
    ours = [UUID(one) for one in named if _is_id(one)]
    found = project.traces.filter(Q(trace_id__in=named) | Q(pk__in=ours)).order_by()
    by_name: dict[str, UUID] = {}
    for pk, trace_id in found.values_list("pk", "trace_id"):
        by_name |= {str(pk): pk, trace_id: pk}
    ids = dict.fromkeys(by_name[one] for one in named if one in by_name)
    return Selection(project, tuple(ids), tuple(one for one in named if one not in by_name))


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
