"""Traces that go for good."""

from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor, change, record

from ..models import Trace


@atomic_retry
def delete_trace(*, trace: Trace, actor: Actor) -> bool:
    """With its spans and its feedback; items keep what they froze. False where it was gone."""
    found = Trace.objects.select_for_update().filter(pk=trace.pk, project=trace.project_id)
    if not found.exists():
        return False
    record(change(trace.project_id, actor, "trace", trace.pk, "state", "", "deleted"))
    found.order_by().delete()
    return True
