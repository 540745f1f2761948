"""Fields: listed, made, archived, followed by new versions. Nothing changes one."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field as Limited

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.projects.idempotency import Outcome
from fields.actions import archive_field, create_field, new_version
from fields.describing import field_schema
from fields.kinds import SettingsError
from fields.models import Field

from .errors import Invalid
from .guard import ApiRequest, Token
from .paging import OLDEST, PageQuery, read_rows
from .repeats import answer_once

router = Router(tags=["fields"])
FIELDS, FIELD = "/projects/{slug:project}/fields", "/projects/{slug:project}/fields/{uuid:field}"


class FieldIn(Schema):
    """`settings`: those of the kind, see the address of the schema of any field."""

    name: str
    kind: Annotated[str, Limited(max_length=10)]
    description: str = ""
    settings: dict[str, Any] = {}


class VersionIn(Schema):
    """What is left out stays as in the version before."""

    name: str | None = None
    description: str | None = None
    settings: dict[str, Any] | None = None


class FieldOut(Schema):
    """`answer_schema`: JSON Schema of an answer. `lineage`: shared by all versions. `shared`: other
    projects may use it; `project`: whose it is.
    """

    id: UUID
    name: str
    kind: str
    description: str
    settings: dict[str, Any]
    answer_schema: dict[str, Any]
    lineage: UUID
    shared: bool
    project: str
    created_at: datetime
    archived_at: datetime | None


class FieldPage(Schema):
    items: list[FieldOut]
    next_cursor: str | None


class FieldQuery(PageQuery):
    """`archived`: those that are archived, in place of those that are not."""

    archived: bool = False


@router.get(FIELDS, auth=Token(Can.READ_RESULTS), response=FieldPage, url_name="fields")
def list_fields(request: ApiRequest, project: str, query: Query[FieldQuery]) -> dict[str, Any]:
    """The project's own and those that others share, in the order in which they were made."""
    here = request.access.project
    found = Field.objects.open_to(here).filter(archived_at__isnull=not query.archived)
    of = f"fields {here.pk} {query.archived}"
    rows, cursor = read_rows(found.select_related("project"), OLDEST, query, of=of)
    return {"items": [_told(field) for field in rows], "next_cursor": cursor}


@router.post(FIELDS, auth=Token(Can.MANAGE), response={201: FieldOut}, url_name="fields")
def add_field(request: ApiRequest, project: str, body: FieldIn) -> Status[Outcome]:
    """With an `Idempotency-Key` a repeat answers as the first request did."""
    return Status(201, answer_once(request, lambda: _create(request, body)))


def _create(request: ApiRequest, body: FieldIn) -> Outcome:
    access = request.access
    try:
        made = create_field(project=access.project, by=access.user, **body.dict())
    except SettingsError as error:
        raise _invalid(error) from None
    return _stored(made)


@router.get(FIELD, auth=Token(Can.READ_RESULTS), response=FieldOut, url_name="field")
def read_field(request: ApiRequest, project: str, field: UUID) -> dict[str, Any]:
    """One of the project, or one that its queues ask or may ask."""
    here = request.access.project
    found = Field.objects.visible_in(here).select_related("project").filter(pk=field).first()
    if found is None:
        raise Http404
    return _told(found)


@router.post(
    f"{FIELD}/archive", auth=Token(Can.MANAGE), response=FieldOut, url_name="field-archive"
)
def archive(request: ApiRequest, project: str, field: UUID) -> dict[str, Any]:
    """Hides it from new queues, for good; those that ask it go on."""
    found = _find_own(request, field)
    archive_field(field=found, actor=Actor.token(request.access.user))
    return _told(found)


@router.post(
    f"{FIELD}/versions", auth=Token(Can.MANAGE), response={201: FieldOut}, url_name="versions"
)
def add_version(request: ApiRequest, project: str, field: UUID, body: VersionIn) -> Status[Outcome]:
    """A field of the same lineage and kind, offered in place of this one, which is archived."""
    found = _find_own(request, field)
    return Status(201, answer_once(request, lambda: _follow(request, found, body)))


def _follow(request: ApiRequest, field: Field, body: VersionIn) -> Outcome:
    given = {name: getattr(field, name) for name in ("name", "description", "settings")}
    try:
        made = new_version(
            field=field, by=request.access.user, **given | body.dict(exclude_none=True)
        )
    except SettingsError as error:
        raise _invalid(error) from None
    return _stored(made)


def _find_own(request: ApiRequest, pk: UUID) -> Field:
    """Raises Http404."""
    here = request.access.project
    found: Field | None = here.fields.select_related("project").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _invalid(error: SettingsError) -> Invalid:
    own = ("name", "description", "kind", "settings")
    return Invalid(
        [
            (f"body.{name}" if name in own else f"body.settings.{name}", sentence)
            for name, sentence in error.field_errors.items()
        ]
    )


def _stored(field: Field) -> Outcome:
    return FieldOut(**_told(field)).model_dump(mode="json")


def _told(field: Field) -> dict[str, Any]:
    names = (
        "id", "name", "kind", "description", "settings", "lineage", "shared", "created_at",
        "archived_at",
    )  # fmt: skip
    told = {name: getattr(field, name) for name in names}
    return told | {"answer_schema": field_schema(field), "project": field.project.name}
