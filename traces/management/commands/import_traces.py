"""Imports a file of traces: `manage.py import_traces support-agent runs.jsonl`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from annotate_site.projects.models import Job, Project, Role, User
from annotate_site.projects.models.records import JobState
from traces.actions.uploading import name_by, receive_upload, start_import
from traces.ingest.cleaning import InputRefused

SHOWN_ROWS = 20


class Command(BaseCommand):
    help = "Imports a file of traces into a project, as its upload page does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's slug, as in its address")
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", metavar="COLUMN", help="the column that names the traces")
        parser.add_argument("--by", metavar="EMAIL", help="who imports; else its first manager")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['project']}.")
        person = _person(project, options["by"])
        job = _import(project, person, options["file"], options["name"])
        if job.state != JobState.DONE:
            raise CommandError(job.failure or "A worker has taken this import over.")
        counts = job.result
        self.stdout.write(
            f"{counts['added']} added, {counts['already_there']} already there, "
            f"{counts['refused']} refused."
        )
        for error in job.errors.order_by("row")[:SHOWN_ROWS]:
            self.stdout.write(f"row {error.row}: {error.message}")
        if not counts["added"] and not counts["already_there"]:
            raise CommandError("Nothing could be imported.")


def _person(project: Project, email: str | None) -> User:
    """A manager of the project: the one named, or the first."""
    managers = User.objects.filter(
        memberships__project=project, memberships__role=Role.MANAGER, is_active=True
    )
    if email:
        managers = managers.filter(email__iexact=email)
    person = managers.order_by("memberships__id").first()
    if person is None:
        raise CommandError(f"{email or 'Nobody'} is not a manager of {project.slug}.")
    return person


def _import(project: Project, by: User, path: Path, name: str | None) -> Job:
    try:
        with path.open("rb") as file:
            upload = receive_upload(
                project=project, by=by, file=File(file, name=path.name), filename=path.name
            )
        if name is not None:
            name_by(upload=upload, column=name)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except InputRefused as refused:
        raise CommandError(str(refused)) from None
    return start_import(upload=upload, by=by, at_once=True)
