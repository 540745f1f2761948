"""A queue moved from one version of a field to a newer one."""

from django.db import transaction

from annotate_site.projects.events import Actor
from fields.models import Field

from .. import locks
from ..errors import WrongState
from ..models import Queue
from .settings import Asked, change_fields


def move_to_version(*, queue: Queue, field: Field, version: Field, actor: Actor) -> None:
    """The queue asks `version`, of the field's lineage, in the field's place: as required, with a
    note or without. The field is retired; what was answered stays.

    Raises WrongState where the queue asks the field no more, or the version already; Refused for a
    version that cannot be used.
    """
    with transaction.atomic():
        locks.exclude(queue.pk)
        rows = queue.queue_fields.filter(retired_at=None).select_related("field")
        asked = {row.field_id: Asked(row.field, row.required, row.allow_note) for row in rows}
        if field.pk not in asked or version.pk in asked or version.lineage != field.lineage:
            raise WrongState(
                "Somebody else has changed what this queue asks. Nothing was moved: check the"
                " fields in its settings."
            )
        was = asked[field.pk]
        asked[field.pk] = Asked(version, was.required, was.allow_note)
        change_fields(queue=queue, fields=list(asked.values()), actor=actor)
