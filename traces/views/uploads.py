"""Uploading a file of traces: the file, what was understood of it, its import."""

from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate_site.projects.access import Can, ProjectRequest, member

from ..actions.uploading import (
    choose_roles,
    opened,
    plan_of,
    receive_upload,
    start_import,
    too_large,
)
from ..forms import RolesForm, UploadForm
from ..ingest.cleaning import InputRefused
from ..ingest.detection import Format
from ..ingest.file_preview import preview_file
from ..models import Upload
from ..refused_rows import REFUSED_FORMATS, REFUSED_TYPES, refused_file
from ..view_models import sample

FORMAT_WORDS = {
    Format.OWN: "traces in Annotate’s own format",
    Format.SPAN: "spans, one a row, which join into traces",
    Format.OTLP: "OpenTelemetry spans (OTLP), which join into traces",
    Format.LANGSMITH: "LangSmith runs, which join into traces",
    Format.LANGFUSE: "Langfuse traces with their observations",
    Format.WEAVE: "Weave calls, which join into traces",
    Format.MLFLOW: "MLflow traces with their spans",
    Format.INSPECT: "samples of an Inspect log, with their scores and steps",
    Format.MESSAGES: "conversations: lists of chat messages",
    Format.FLAT: "flat rows: columns of inputs and outputs",
}


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def trace_upload(request: ProjectRequest) -> HttpResponse:
    """The form; a file that holds rows leads on to what was understood of it."""
    if request.method != "POST":
        return _upload_page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if getattr(request, "upload_too_large", False):
        form.errors.clear()
        form.add_error("file", too_large())
        return _upload_page(request, form, 413)
    if not form.is_valid():
        return _upload_page(request, form, 422)
    file = form.cleaned_data["file"]
    try:
        upload = receive_upload(
            project=request.access.project, by=request.user, file=file, filename=file.name
        )
    except InputRefused as refused:
        form.add_error("file", str(refused))
        return _upload_page(request, form, 422)
    return redirect("traces:upload-detail", request.access.project.slug, upload.pk)


def _upload_page(request: ProjectRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    context = {"nav": "traces", "form": form}
    return render(request, "traces/trace_upload.html", context, status=status)


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def upload_detail(request: ProjectRequest, upload: UUID) -> HttpResponse:
    """What was understood; a POST says what the columns mean."""
    found = get_object_or_404(request.access.project.uploads, pk=upload)
    if found.job_id:
        return redirect("projects:job-detail", request.access.project.slug, found.job_id)
    form = RolesForm(plan_of(found).roles, request.POST or None)
    refusal = _choose(found, form) if request.method == "POST" else ""
    if request.method == "POST" and not refusal and not request.htmx:
        return redirect("traces:upload-detail", request.access.project.slug, found.pk)
    context = {"nav": "traces", "upload": found, "form": form, "refusal": refusal}
    context |= _understood(found)
    template = "traces/upload_detail.html" + ("#understood" if request.htmx else "")
    return render(request, template, context, status=422 if refusal else 200)


def _choose(upload: Upload, form: RolesForm) -> str:
    """Keeps what was chosen, or says why not."""
    if not form.is_valid():
        return "Choose a meaning for every column."
    try:
        choose_roles(upload=upload, roles=form.chosen())
    except InputRefused as refused:
        return str(refused)
    return ""


def _understood(upload: Upload) -> dict[str, object]:
    plan = plan_of(upload)
    try:
        with opened(upload) as file:
            found = preview_file(file, upload.filename, plan)
    except InputRefused as refused:
        return {"unreadable": str(refused)}
    return {
        "format": FORMAT_WORDS[plan.format],
        "is_flat": plan.format is Format.FLAT,
        "found": found,
        "samples": [sample(trace) for trace in found.first],
        "notes": list(found.notes.items()),
        "needs_worker": not upload.small,
        "at_once_mb": settings.UPLOAD_AT_ONCE // 1024**2,
    }


@member(Can.MANAGE)
@require_safe
def upload_refused(request: ProjectRequest, upload: UUID, format: str) -> HttpResponseBase:
    """Every refused row of an import, as CSV or JSONL. Streams."""
    uploads = request.access.project.uploads.select_related("job")
    found = get_object_or_404(uploads, pk=upload, job__isnull=False)
    if format not in REFUSED_FORMATS:
        raise Http404
    pieces = refused_file(found, format)
    response = StreamingHttpResponse(pieces, content_type=REFUSED_TYPES[format])
    name = f"{slugify(PurePath(found.filename).stem) or 'traces'}-refused.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@member(Can.MANAGE)
@require_POST
def upload_import(request: ProjectRequest, upload: UUID) -> HttpResponse:
    """Starts the import once; a second click leads to the same job."""
    found = get_object_or_404(request.access.project.uploads, pk=upload)
    job = start_import(upload=found, by=request.user, at_once=found.small)
    return redirect("projects:job-detail", request.access.project.slug, job.pk)
