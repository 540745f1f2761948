"""Making and archiving fields. There is no action that changes one: a field is final."""

from typing import Any

from django.db import IntegrityError, transaction

from annotate_site import sql
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Project, User
from annotate_site.richtext import render_guidelines
from annotate_site.text import clean_line, clean_text

from .errors import FieldNameTaken, NothingNew, VersionTaken
from .kinds import SettingsError, clean_settings
from .models import LONGEST_DESCRIPTION, LONGEST_NAME, Field

OFFERED, ARCHIVED = "offered", "archived"
OWN, SHARED = "own", "shared"


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
    field = _written(Field(project=project, kind=kind), by, name, description, settings or {})
    return _stored(field, by, f"copy of {copy_of.pk}" if copy_of else "")


def new_version(
    *,
    field: Field,
    by: User,
    name: str,
    description: str = "",
    settings: dict[str, Any] | None = None,
) -> Field:
    """A field of the same lineage and kind, offered in place of this one, which is archived in the
    same transaction. Queues that ask this one continue with it.

    Raises VersionTaken where this is not the latest version, NothingNew where it would ask the
    same, and what `create_field` raises.
    """
    written = Field(project=field.project, kind=field.kind, lineage=field.lineage)
    made = _written(written, by, name, description, settings or {})
    if _asks(made) == _asks(field):
        raise NothingNew
    with transaction.atomic():
        made.shared = Field.objects.select_for_update(no_key=True).get(pk=field.pk).shared
        latest = Field.objects.filter(lineage=field.lineage).latest("created_at", "pk")
        if latest != field:
            raise VersionTaken(latest.name)
        archive_field(field=field, actor=Actor.person(by))
        return _stored(made, by, f"new version of {field.pk}")


def _asks(field: Field) -> tuple[object, ...]:
    return field.name, field.description, field.settings


def _written(
    field: Field, by: User, name: str, description: str, settings: dict[str, Any]
) -> Field:
    """The field with what was typed, not yet stored. Raises SettingsError."""
    field.settings = clean_settings(field.kind, settings)
    field.name, field.description = clean_line(name), clean_text(description).strip()
    _demand_lengths(field.name, field.description)
    field.description_html = render_guidelines(field.description)
    field.created_by = by
    return field


def _stored(field: Field, by: User, reason: str) -> Field:
    """Raises FieldNameTaken."""
    actor = Actor.person(by)
    try:
        with transaction.atomic():
            field.save(force_insert=True)
            of = field.project_id, actor, "field", field.pk
            record(change(*of, "state", "", OFFERED, reason=reason))
    except IntegrityError as error:
        if "field_name_unique" in str(error):
            raise FieldNameTaken(field.name) from None
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


def share_field(*, field: Field, actor: Actor) -> bool:
    """Opens the field, with all its versions, to queues of every project of the site.

    Returns False, and changes nothing, where it was open already.
    """
    return _set_shared(field, actor, shared=True)


def unshare_field(*, field: Field, actor: Actor) -> bool:
    """New queues of other projects can't use it or its versions any more; those that do go on."""
    return _set_shared(field, actor, shared=False)


def _set_shared(field: Field, actor: Actor, *, shared: bool) -> bool:
    versions = Field.objects.filter(lineage=field.lineage)
    with transaction.atomic():
        # First locked, then looked at: a version that comes meanwhile has come by then.
        list(versions.select_for_update(no_key=True).order_by("pk"))
        changed = list(versions.exclude(shared=shared).order_by("pk"))
        versions.exclude(shared=shared).update(shared=shared)
        before, after = (SHARED, OWN) if not shared else (OWN, SHARED)
        of = field.project_id, actor, "field"
        record(*(change(*of, one.pk, "sharing", before, after) for one in changed))
    field.refresh_from_db(fields=["shared"])
    return bool(changed)


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
