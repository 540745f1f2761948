"""Files of traces: sent whole, imported by a job, asked after until it has ended."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, StreamingHttpResponse
from ninja import Query, Router, Schema, Status

from annotate_site.jobs import run_now
from annotate_site.projects.access import Can
from annotate_site.projects.idempotency import Outcome
from annotate_site.projects.models.records import JobState
from traces.actions.uploading import map_columns, name_by, receive_upload, start_import
from traces.ingest.cleaning import InputRefused
from traces.models import Upload
from traces.refused_rows import REFUSED_FORMATS, REFUSED_TYPES, refused_file

from .errors import Invalid
from .files import SentFile, sent_file
from .guard import ApiRequest, Token
from .import_schemas import ImportOut, import_out
from .repeats import answer_once

router = Router(tags=["imports"])
IMPORTS = "/projects/{slug:project}/imports"
IMPORT = f"{IMPORTS}/{{uuid:upload}}"
TEXT = {"type": "string"}
BINARY = {"schema": {"type": "string", "format": "binary"}}
FORM = {
    "schema": {
        "type": "object", "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary"}, "mapping": TEXT, "name_by": TEXT,
        },
    }
}  # fmt: skip
BODY = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": FORM, "application/octet-stream": BINARY},
    },
    "parameters": [
        {"in": "query", "name": name, "schema": TEXT} for name in ("filename", "mapping", "name_by")
    ],
}


class Wanted(Schema):
    format: str = "jsonl"


@router.post(
    IMPORTS, auth=Token(Can.INGEST, takes_files=True), response={201: ImportOut},
    url_name="imports", openapi_extra=BODY,
)  # fmt: skip
def add_import(request: ApiRequest, project: str) -> Status[dict[str, Any]]:
    """A file in any shape that the page takes, as the `file` of a form or as the whole body with
    `filename`. `mapping` is JSON, `{"column": "input"}`, for columns that mean something else than
    was understood; `name_by` is the column that names the traces. A small file is imported before
    this answers, a larger one by a worker. With an `Idempotency-Key` a repeat imports nothing
    twice.
    """
    with sent_file(request) as sent:
        mapping = _mapping(sent.fields.get("mapping"))
        outcome = answer_once(request, lambda: _start(request, sent, mapping), body=sent.digest)
    upload = _find(request, UUID(outcome["import"]))
    if upload.job and upload.small and upload.job.state == JobState.WAITING:
        run_now(upload.job)
    return Status(201, import_out(upload))


def _mapping(text: str | None) -> dict[str, str]:
    """Raises Invalid."""
    try:
        mapping = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        mapping = None
    if not isinstance(mapping, dict) or not all(isinstance(one, str) for one in mapping.values()):
        raise Invalid([("mapping", 'Send JSON such as {"question": "input", "id": "id"}.')])
    return mapping


def _start(request: ApiRequest, sent: SentFile, mapping: dict[str, str]) -> Outcome:
    """Raises Invalid, and keeps nothing then."""
    try:
        upload = receive_upload(
            project=request.access.project, by=request.access.user, file=sent.file,
            filename=sent.name,
        )  # fmt: skip
        if mapping:
            map_columns(upload=upload, mapping=mapping)
        if column := sent.fields.get("name_by"):
            name_by(upload=upload, column=column)
    except InputRefused as refused:
        raise Invalid([("file", str(refused))]) from None
    start_import(upload=upload, by=request.access.user, at_once=False)
    return {"import": str(upload.pk)}


@router.get(IMPORT, auth=Token(Can.INGEST), response=ImportOut, url_name="import")
def read_import(request: ApiRequest, project: str, upload: UUID) -> dict[str, Any]:
    """How far an import of one's own is: `waiting`, `running`, `done` or `failed`, with counts."""
    return import_out(_find(request, upload))


@router.get(f"{IMPORT}/refused", auth=Token(Can.INGEST), url_name="import-refused")
def read_refused(
    request: ApiRequest, project: str, upload: UUID, wanted: Query[Wanted]
) -> StreamingHttpResponse:
    """Every row that was refused: its number, the reason, and how it begins. `format` is jsonl or
    csv.
    """
    found = _find(request, upload)
    if wanted.format not in REFUSED_FORMATS:
        raise Invalid([("format", f"It is one of {', '.join(REFUSED_FORMATS)}.")])
    pieces = refused_file(found, wanted.format)
    return StreamingHttpResponse(pieces, content_type=REFUSED_TYPES[wanted.format])


def _find(request: ApiRequest, upload: UUID) -> Upload:
    """Who may only send sees what they sent themselves. Raises Http404."""
    uploads = request.access.project.uploads.filter(job__isnull=False)
    if Can.MANAGE not in request.access:
        uploads = uploads.filter(created_by=request.access.user)
    found = uploads.select_related("job", "project").filter(pk=upload).first()
    if found is None:
        raise Http404
    return found
