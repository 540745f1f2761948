"""What is missing before people can annotate: in a project, and in a queue that is a draft."""

from dataclasses import dataclass

from annotate_site.projects.models import Project
from fields.models import Field
from traces.models import Trace

from ..models import Queue


@dataclass(frozen=True)
class ProjectSetUp:
    """What a project has of that which a queue is made of."""

    fields: bool
    traces: bool


def project_set_up(project: Project) -> ProjectSetUp:
    return ProjectSetUp(
        fields=Field.objects.offered().open_to(project).exists(),
        traces=Trace.objects.filter(project=project).exists(),
    )


@dataclass(frozen=True)
class QueueSetUp:
    """How many there are; without a field a draft cannot be activated."""

    fields: int
    items: int
    annotators: int
    required: int  # by that many different people each item is annotated

    @property
    def has_people(self) -> bool:
        return self.annotators >= self.required


def queue_set_up(queue: Queue, *, items: int, annotators: int) -> QueueSetUp:
    fields = queue.queue_fields.filter(retired_at=None).count()
    return QueueSetUp(fields, items, annotators, queue.annotations_required)
