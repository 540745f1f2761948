"""What every page of one queue shows around its tab."""

from typing import Any

from django.urls import reverse

from annotate_site.projects.access import Can

from ..access import QueueRequest
from ..commands import commands_of
from ..forms.links import ShareLinkForm
from ..queries.attention import attention_counts
from ..queries.drained import drained


def queue_context(request: QueueRequest, tab: str, **more: Any) -> dict[str, Any]:
    """`commands`: what may be done with the status; `short`: too few annotators, shown as long as
    it lasts; `attention`: how many matters wait for the manager; `drained`: all is done, but a
    rule can still add."""
    queue, access = request.queue, request.access
    manages = Can.MANAGE in access
    reads = Can.READ_RESULTS in access
    annotators = queue.members.filter(can_annotate=True, removed_at=None).count() if reads else 0
    return {
        "queue": queue,
        "nav": "annotate",
        "tab": tab,
        "commands": commands_of(queue) if manages else [],
        "attention": attention_counts([queue.pk]).get(queue.pk, 0) if manages else 0,
        "drained": reads and bool(drained([queue.pk])),
        "annotators": annotators,
        "short": reads and queue.is_short(annotators),
        "share": ShareLinkForm() if manages else None,
        "address": request.build_absolute_uri(queue_url(request)),
        **more,
    }


def queue_url(request: QueueRequest, name: str = "queue-detail", **more: Any) -> str:
    where = {"project": request.access.project.slug, "queue": request.queue.pk}
    return reverse(f"queues:{name}", kwargs=where | more)
