"""A file of traces from a person: received, understood, and imported by a job."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction

from annotate_site.jobs import run_now, start_job
from annotate_site.projects.models import Job, Project, User
from annotate_site.text import clean_line

from ..ingest.cleaning import InputRefused
from ..ingest.detection import Format, Role, parse_mapping
from ..ingest.file_kinds import Readable
from ..ingest.plan import Plan, plan_for
from ..models import Upload

KIND = "import_traces"
GONE = "The uploaded file is gone. Upload it again."
IMPORTED = "This file is being imported already: what its columns mean can no longer change."


def too_large() -> str:
    """The sentence for a file beyond the limit."""
    limit = settings.UPLOAD_LIMIT // 1024**2
    return f"This file is larger than {limit} MB. Split it and upload the parts."


def receive_upload(*, project: Project, by: User, file: File[Any], filename: str) -> Upload:
    """Keeps the file with a first plan for its rows.

    Raises InputRefused, and keeps nothing, for a file that is too large or holds no rows at all.
    """
    if file.size > settings.UPLOAD_LIMIT:
        raise InputRefused(too_large())
    name = clean_line(PurePath(filename).name)[-180:] or "traces"
    file.seek(0)
    plan = plan_for(file, name)
    upload = Upload(project=project, created_by=by, filename=name, size=file.size)
    _write(upload, plan)
    file.seek(0)
    upload.file.save(f"{upload.pk}.json", file, save=False)
    upload.save()
    upload.refresh_from_db(fields=["created_at"])
    return upload


def choose_roles(*, upload: Upload, roles: Mapping[str, str]) -> None:
    """Decides what columns become, of flat rows or beside messages. Raises InputRefused."""
    format = plan_of(upload).format
    plan = Plan(format, parse_mapping(roles, format))
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.job_id:
            raise InputRefused(IMPORTED)
        _write(upload, plan)
        upload.save(update_fields=["format", "mapping"])


def map_columns(*, upload: Upload, mapping: Mapping[str, str]) -> None:
    """Decides what some columns become, the others as understood. Raises InputRefused."""
    roles = plan_of(upload).roles
    if unknown := next((column for column in mapping if column not in roles), None):
        raise InputRefused(f"There is no column {unknown[:60]} that could be mapped.")
    choose_roles(upload=upload, roles={**roles, **mapping})


def name_by(*, upload: Upload, column: str) -> None:
    """Lets a column name the traces. Raises InputRefused where there is none of this name."""
    roles = plan_of(upload).roles
    if column not in roles:
        raise InputRefused(f"There is no column {column} that could name the traces.")
    named = {one: Role.ATTRIBUTE if role is Role.NAME else role for one, role in roles.items()}
    choose_roles(upload=upload, roles=named | {column: Role.NAME})


def start_import(*, upload: Upload, by: User, at_once: bool) -> Job:
    """Starts the one import of this upload; done before returning where `at_once`."""
    with transaction.atomic():
        locked = Upload.objects.select_for_update(of=["self"]).get(pk=upload.pk)
        if locked.job:
            return locked.job
        # The worker is woken either way: should this process die, the import goes on.
        job = start_job(
            project=upload.project,
            kind=KIND,
            title=f"Import of {upload.filename}",
            by=by,
            params={"upload": str(upload.pk)},
            at_once=False,
        )
        locked.job = job
        locked.save(update_fields=["job"])
    if at_once:
        run_now(job)
    return job


def plan_of(upload: Upload) -> Plan:
    """The plan kept with the upload."""
    roles = {column: Role(role) for column, role in upload.mapping or []}
    return Plan(Format(upload.format), roles)


@contextmanager
def opened(upload: Upload) -> Iterator[Readable]:
    """The file, to be read forwards. Raises InputRefused where the storage has it no more."""
    try:
        file = upload.file.open("rb")
    except FileNotFoundError:
        raise InputRefused(GONE) from None
    with file:
        yield file


def _write(upload: Upload, plan: Plan) -> None:
    upload.format = plan.format.value
    # Pairs, because jsonb keeps no order of keys.
    upload.mapping = [[column, role.value] for column, role in plan.roles.items()]
