"""The Fields tab: list, a field's page, new fields and versions with a live preview, archiving.

Nothing edits a field.
"""

import json
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from annotate_site.errors import Refused
from annotate_site.form_data import read_uuid
from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.projects.events import Actor

from . import previews
from .actions import archive_field, create_field, new_version, share_field, unshare_field
from .describing import field_schema, settings_in_words, summary
from .errors import FieldNameTaken
from .forms import FieldForm, typed_for_copy, typed_from
from .kinds import KINDS, SettingsError
from .kinds.options import PALETTE
from .models import Field
from .option_rows import edit_rows, rows_to_show
from .queries import Listing, field_row, find_fields, uses_of, versions_of
from .widgets import answer_widget

PAGE: Final = 50
NEW: Final = "fields/field_create.html"
MAKER: Final = "fields/_maker.html"
IN_PLACE: Final = "new-field-body"  # the place in another page's dialog
# Where htmx puts what it asked for → the part of MAKER that goes there.
PARTS: Final = {"field-settings": "#kind", "field-preview": "#preview"}


@member(Can.READ_RESULTS)
@require_GET
def field_list(request: ProjectRequest) -> HttpResponse:
    """Offered fields, the project's own and shared ones; archived ones too where asked."""
    project, asked = request.access.project, Listing.asked(request.GET)
    page = Paginator(find_fields(project, asked), PAGE).get_page(request.GET.get("page"))
    context = {
        "nav": "annotate",
        "asked": asked,
        "columns": asked.columns(),
        "rows": [field_row(field, project) for field in page],
        "page": page,
        "is_empty": not Field.objects.open_to(project).exists(),
    }
    return render(request, "fields/field_list.html", context)


@member(Can.READ_RESULTS)
@require_GET
def field_detail(request: ProjectRequest, field: UUID) -> HttpResponse:
    """The definition in words, the control as annotators see it, its versions and its queues."""
    found, project = _find(request, field), request.access.project
    versions = versions_of(found, project)
    context = {
        "nav": "annotate",
        "field": found,
        "comes_from": found.comes_from(project),
        "summary": summary(found.kind, found.settings),
        "settings": settings_in_words(found.kind, found.settings),
        "options": found.settings.get("options", []),
        "versions": versions,
        "is_latest": versions[0].field == found,
        "number": next(one.number for one in versions if one.field == found),
        "uses": uses_of(found, project),
        "schema": _schema_text(found),
        "widget": answer_widget(found, required=False),
    }
    return render(request, "fields/field_detail.html", context)


@member(Can.READ_RESULTS)
@require_GET
def field_schema_file(request: ProjectRequest, field: UUID) -> HttpResponse:
    """The JSON Schema of its answers, as a file."""
    found = _find(request, field)
    response = HttpResponse(_schema_text(found), content_type="application/schema+json")
    filename = f"{slugify(found.name) or 'field'}.schema.json"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _schema_text(field: Field) -> str:
    return json.dumps(field_schema(field), ensure_ascii=False, indent=2)


@member(Can.MANAGE)
@require_http_methods(["GET", "POST"])
def field_create(request: ProjectRequest) -> HttpResponse:
    """The form of a new field, of the `kind` in the address or filled in like another one with
    `from`; refused input comes back as it was typed. In place (htmx) only the form, and an event
    once the field is there.
    """
    in_place, posted = request.htmx.target == IN_PLACE, request.method == "POST"
    form = FieldForm(request.POST if posted else _begun(request))
    is_right = form.is_valid()
    if posted and is_right and (field := _made(request, form)):
        if in_place:
            response = _maker(request, FieldForm(), in_place=True)
            made = {"id": str(field.pk), "name": field.name}
            return trigger_client_event(response, "field-created", made)
        messages.success(request, f"The field “{field.name}” is ready to use.")
        return redirect("fields:field-detail", request.access.project.slug, field.pk)
    return _maker(request, form, in_place=in_place, refused=posted)


@member(Can.MANAGE)
@require_http_methods(["GET", "POST"])
def version_create(request: ProjectRequest, field: UUID) -> HttpResponse:
    """The form of a field's next version, filled in like it; of its kind, whatever is posted."""
    old, posted = _find_own(request, field), request.method == "POST"
    data = request.POST.copy() if posted else typed_from(old)
    data["kind"] = data["settings_for"] = old.kind
    form = FieldForm(data)
    is_right = form.is_valid()
    if posted and is_right and (made := _made(request, form, version_of=old)):
        words = "is ready to use, and the version before it is archived."
        messages.success(request, f"“{made.name}” {words}")
        return redirect("fields:field-detail", request.access.project.slug, made.pk)
    return _maker(request, form, refused=posted, version_of=old)


def _maker(
    request: ProjectRequest,
    form: FieldForm,
    *,
    in_place: bool = False,
    refused: bool = False,
    version_of: Field | None = None,
) -> HttpResponse:
    shown = previews.preview(form)
    if not refused:
        form.errors.clear()  # what is not finished is no mistake yet
    context = _new(form, shown, version_of) | {"in_place": in_place}
    return render(request, MAKER if in_place else NEW, context, status=422 if refused else 200)


def _begun(request: ProjectRequest) -> QueryDict | None:
    """As if it had been typed; None for the form as it is at first."""
    if "from" in request.GET:
        return typed_for_copy(_find(request, read_uuid(request.GET, "from")))
    return request.GET if "kind" in request.GET else None


@member(Can.MANAGE)
@require_POST
def field_preview(request: ProjectRequest) -> HttpResponse:
    """The form as it would look with another kind, row or answer; nothing is stored."""
    edit = request.POST.get("row", "")
    form = FieldForm(edit_rows(request.POST, edit))
    form.full_clean()
    answer = [] if form.unseen else request.POST.getlist(previews.INPUT)
    shown = previews.preview(form, answer=answer, tried="try" in request.POST)
    form.errors.clear()  # as above; the preview says what is missing
    part = PARTS.get(request.htmx.target or "", "")
    told = request.POST.get("version_of", "")
    version_of = _find_own(request, read_uuid(request.POST, "version_of")) if told else None
    context = _new(form, shown, version_of) | {"oob": part == "#kind", "added": edit == "add"}
    return render(request, MAKER + part if part else NEW, context)


@member(Can.MANAGE)
@require_POST
def field_archive(request: ProjectRequest, field: UUID) -> HttpResponse:
    found = _find_own(request, field)
    if archive_field(field=found, actor=Actor.person(request.user)):
        words = "is archived: new queues can't use it; queues that already ask it continue."
        messages.success(request, f"“{found.name}” {words}")
    else:
        messages.info(request, f"“{found.name}” was archived already; nothing has changed.")
    return redirect("fields:field-detail", request.access.project.slug, found.pk)


@member(Can.MANAGE)
@require_POST
def field_share(request: ProjectRequest, field: UUID) -> HttpResponse:
    found = _find_own(request, field)
    if share_field(field=found, actor=Actor.person(request.user)):
        messages.success(request, f"Every project of this site can use “{found.name}” now.")
    else:
        messages.info(request, f"“{found.name}” was shared already; nothing has changed.")
    return redirect("fields:field-detail", request.access.project.slug, found.pk)


@member(Can.MANAGE)
@require_POST
def field_unshare(request: ProjectRequest, field: UUID) -> HttpResponse:
    found = _find_own(request, field)
    if unshare_field(field=found, actor=Actor.person(request.user)):
        words = "is no longer shared. Queues of other projects that already ask it continue."
        messages.success(request, f"“{found.name}” {words}")
    else:
        messages.info(request, f"“{found.name}” wasn't shared; nothing has changed.")
    return redirect("fields:field-detail", request.access.project.slug, found.pk)


def _find(request: ProjectRequest, field: UUID) -> Field:
    """One to look at, of the project or not."""
    visible = Field.objects.visible_in(request.access.project)
    return get_object_or_404(visible.select_related("created_by", "project"), pk=field)


def _find_own(request: ProjectRequest, field: UUID) -> Field:
    """One to change: its own project alone does."""
    return get_object_or_404(request.access.project.fields, pk=field)


def _made(
    request: ProjectRequest, form: FieldForm, *, version_of: Field | None = None
) -> Field | None:
    """The new field, or None with the reason in the form."""
    said, project = form.cleaned_data, request.access.project
    typed = {key: said[key] for key in ("name", "description")} | {"settings": form.settings}
    try:
        if version_of:
            return new_version(field=version_of, by=request.user, **typed)
        copied = Field.objects.visible_in(project).filter(pk=said["copy_of"]).first()
        kind = form.chosen.name
        return create_field(project=project, by=request.user, kind=kind, copy_of=copied, **typed)
    except SettingsError as error:
        for key, message in error.field_errors.items():
            form.refuse(key, message)
    except Refused as refused:
        form.refuse("name" if isinstance(refused, FieldNameTaken) else "", str(refused))
    return None


def _new(
    form: FieldForm, shown: previews.Preview, version_of: Field | None = None
) -> dict[str, Any]:
    options = form["options"].value() if "options" in form.fields else None
    return {
        "nav": "annotate",
        "form": form,
        "version_of": version_of,
        "kinds": KINDS.values(),
        "rows": None if "options" not in form.fields else rows_to_show(options),
        "palette": PALETTE,
        "preview": shown,
    }
