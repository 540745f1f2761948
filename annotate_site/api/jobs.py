"""Long work: how far it is, and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from annotate_site import sql
from annotate_site.projects.access import Can
from annotate_site.projects.models import Job

from .guard import ApiRequest, Token

router = Router(tags=["jobs"])


class JobOut(Schema):
    """`state`: waiting, running, done or failed; `failure`: a sentence. `done` of `total`, which is
    null until it is known. `result`: the counts, once it is done.
    """

    id: UUID
    kind: str
    title: str
    state: str
    done: int
    total: int | None
    result: dict[str, Any]
    failure: str
    created_at: datetime
    finished_at: datetime | None


@router.get(
    "/projects/{slug:project}/jobs/{uuid:job}",
    auth=Token(Can.READ_TRACES),
    response=JobOut,
    url_name="job",
)
def read_job(request: ApiRequest, project: str, job: UUID) -> Job:
    found = get_object_or_404(request.access.project.jobs.defer("params", "cursor"), pk=job)
    found.state = found.state_at(sql.clock())
    return found
