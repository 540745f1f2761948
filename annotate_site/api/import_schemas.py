"""How an import is told to programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from annotate_site import sql
from traces.models import Upload
from traces.refused_rows import counts_of


class ImportOut(Schema):
    """`state`: waiting, running, done or failed, with `failure` as the reason. Counts are of rows
    until now; `total` is known at the end. `format` and `mapping` are what was understood.
    `refused_rows` is the address of all refused rows.
    """

    id: UUID
    filename: str
    size: int
    format: str
    mapping: dict[str, str]
    created_at: datetime
    state: str
    done: int
    total: int | None
    added: int
    already_there: int
    refused: int
    failure: str
    refused_rows: str


def import_out(upload: Upload) -> dict[str, Any]:
    job = upload.job
    assert job
    here = f"/api/v1/projects/{upload.project.slug}/imports/{upload.pk}"
    return {
        "id": upload.pk,
        "filename": upload.filename,
        "size": upload.size,
        "format": upload.format,
        "mapping": dict(upload.mapping or []),
        "created_at": upload.created_at,
        "state": job.state_at(sql.clock()),
        "done": job.done,
        "total": job.total,
        **counts_of(upload),
        "failure": job.failure,
        "refused_rows": f"{here}/refused",
    }
