"""Making and archiving fields. There is no action that changes one: a field is final."""

from typing import Any

from django.db import IntegrityError, transaction

from annotate_site import sql
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Project, User
from annotate_site.richtext import render_guidelines
from annotate_site.text import clean_line, clean_text

from .errors import FieldNameTaken
from .kinds import SettingsError, clean_settings
from .models import LONGEST_DESCRIPTION, LONGEST_NAME, Field

OFFERED, ARCHIVED = "offered", "archived"


def create_field(
    *,
    project: Project,
    by: User,
    name: str,
    kind: str,
    description: str = "",
    settings: dict[str, Any] | None = None,
    copy_of: Field | None = None,
) -> Field:
    """A new field of the project, offered to its queues from now on. The event names what it was
    copied from.

    Raises SettingsError, with the keys "name" and "description" too, and FieldNameTaken.
    """
    cleaned = clean_settings(kind, settings or {})
    name, description = clean_line(name), clean_text(description).strip()
    _demand_lengths(name, description)
    field = Field(
        project=project,
        created_by=by,
        name=name,
        description=description,
        description_html=render_guidelines(description),
        kind=kind,
        settings=cleaned,
    )
    try:
        with transaction.atomic():
            field.save(force_insert=True)
            reason = f"copy of {copy_of.pk}" if copy_of else ""
            actor = Actor.person(by)
            record(change(project, actor, "field", field.pk, "state", "", OFFERED, reason=reason))
    except IntegrityError as error:
        if "field_name_unique" in str(error):
            raise FieldNameTaken(name) from None
        raise
    field.refresh_from_db(fields=["created_at"])
    return field


def archive_field(*, field: Field, actor: Actor) -> bool:
    """Hides the field from new queues for good; those that use it go on.

    Returns False, and changes nothing, where it was archived already.
    """
    with transaction.atomic():
        offered = Field.objects.offered().filter(pk=field.pk)
        if not offered.update(archived_at=sql.clock()):
            return False
        record(change(field.project_id, actor, "field", field.pk, "state", OFFERED, ARCHIVED))
    field.refresh_from_db(fields=["archived_at"])
    return True


def _demand_lengths(name: str, description: str) -> None:
    errors = {}
    if not name:
        errors["name"] = "Give the field a name."
    elif len(name) > LONGEST_NAME:
        errors["name"] = f"Give {LONGEST_NAME} characters at most, not {len(name)}."
    if len(description) > LONGEST_DESCRIPTION:
        errors["description"] = (
            f"Give {LONGEST_DESCRIPTION} characters at most, not {len(description)}."
        )
    if errors:
        raise SettingsError(errors)
