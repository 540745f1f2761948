"""Imports a file of traces: `manage.py import_traces support-agent runs.jsonl`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from annotate_site.projects.models import Project, User
from annotate_site.projects.models import Role as MemberRole
from annotate_site.projects.models.records import JobState
from traces.actions.uploading import map_columns, name_by, receive_upload, start_import
from traces.ingest.cleaning import InputRefused
from traces.ingest.detection import Role
from traces.models import Upload
from traces.refused_rows import REFUSED_FORMATS, refused_file

SHOWN_ROWS = 20


class Command(BaseCommand):
    help = "Imports a file of traces into a project, as its upload page does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's slug, as in its address")
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", metavar="COLUMN", help="the column that names the traces")
        parser.add_argument(
            "--map", metavar="COLUMN=ROLE", action="append", default=[],
            help=f"what a column becomes, one of {', '.join(Role)}; may be repeated",
        )  # fmt: skip
        parser.add_argument(
            "--refused", metavar="FILE", type=Path,
            help="where to write every refused row: .csv or .jsonl",
        )  # fmt: skip
        parser.add_argument("--by", metavar="EMAIL", help="who imports; else its first manager")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['project']}.")
        person = _person(project, options["by"])
        if options["refused"] and _format_of(options["refused"]) not in REFUSED_FORMATS:
            raise CommandError("--refused must end in .csv or .jsonl.")
        mapping = _mapping(options["map"])
        upload = _receive(project, person, options["file"], mapping, options["name"])
        job = start_import(upload=upload, by=person, at_once=True)
        if job.state != JobState.DONE:
            raise CommandError(job.failure or "A worker has taken this import over.")
        counts = job.result
        self.stdout.write(
            f"{counts['added']} added, {counts['already_there']} already there, "
            f"{counts['refused']} refused."
        )
        for error in job.errors.order_by("row")[:SHOWN_ROWS]:
            self.stdout.write(f"row {error.row}: {error.message}")
        if counts["refused"] > SHOWN_ROWS:
            self.stdout.write(f"and {counts['refused'] - SHOWN_ROWS} more; --refused FILE has all.")
        upload.refresh_from_db()
        if options["refused"]:
            _write_refused(upload, options["refused"])
        if not counts["added"] and not counts["already_there"]:
            raise CommandError("Nothing could be imported.")


def _person(project: Project, email: str | None) -> User:
    """A manager of the project: the one named, or the first."""
    managers = User.objects.filter(
        memberships__project=project, memberships__role=MemberRole.MANAGER, is_active=True
    )
    if email:
        managers = managers.filter(email__iexact=email)
    person = managers.order_by("memberships__id").first()
    if person is None:
        raise CommandError(f"{email or 'Nobody'} is not a manager of {project.slug}.")
    return person


def _mapping(pairs: list[str]) -> dict[str, str]:
    """{column: role} of "COLUMN=ROLE", whose column may hold the sign itself."""
    parts = [pair.rpartition("=") for pair in pairs]
    if bad := next((pair for pair, part in zip(pairs, parts, strict=True) if not part[0]), None):
        raise CommandError(f"--map {bad}: write COLUMN=ROLE.")
    return {column: role for column, _, role in parts}


def _format_of(path: Path) -> str:
    return path.suffix.removeprefix(".")


def _write_refused(upload: Upload, path: Path) -> None:
    try:
        with path.open("wb") as file:
            file.writelines(refused_file(upload, _format_of(path)))
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None


def _receive(
    project: Project, by: User, path: Path, mapping: dict[str, str], name: str | None
) -> Upload:
    try:
        with path.open("rb") as file:
            upload = receive_upload(
                project=project, by=by, file=File(file, name=path.name), filename=path.name
            )
        if mapping:
            map_columns(upload=upload, mapping=mapping)
        if name is not None:
            name_by(upload=upload, column=name)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except InputRefused as refused:
        raise CommandError(str(refused)) from None
    return upload
