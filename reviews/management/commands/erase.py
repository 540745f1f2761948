"""Erases a person's data on request: of a user of an application, or an account of this site."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate_site.errors import Refused
from annotate_site.jobs import run_job
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Project, User
from reviews.erasing.job import start_erasure
from reviews.erasing.of_account import count_account, erase_account
from reviews.erasing.of_sender import count_erasable


class Command(BaseCommand):
    help = (
        "Erases a person's data for good, and leaves an event. --dry-run says what it would take."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        sender = kinds.add_parser("sender", help="all that came from one user_id of traces")
        sender.add_argument("project", help="the project's slug, as in its address")
        sender.add_argument("user_id", help="as the traces have it")
        account = kinds.add_parser("account", help="somebody's account on this site")
        account.add_argument("email")
        for one in (sender, account):
            one.add_argument("--by", required=True, metavar="EMAIL", help="who decides it")
            one.add_argument("--reason", required=True, help="kept with the event; name nobody")
            one.add_argument("--dry-run", action="store_true", help="count, and change nothing")

    def handle(self, *args: Any, kind: str, by: str, **options: Any) -> None:
        decides = _user(by)
        try:
            if kind == "sender":
                self._sender(decides, **options)
            else:
                self._account(decides, **options)
        except Refused as refused:
            raise CommandError(refused.sentence) from None

    def _sender(
        self, by: User, *, project: str, user_id: str, reason: str, dry_run: bool, **rest: Any
    ) -> None:
        found = Project.objects.filter(slug=project).first()
        if found is None:
            raise CommandError(f"There is no project {project}.")
        counted = count_erasable(found, user_id)
        if not counted.traces:
            raise CommandError("No trace there has this user id. Nothing was erased.")
        if dry_run:
            self.stdout.write(f"Would be erased: {counted}.")
            return
        job = start_erasure(project=found, user_id=user_id, reason=reason, by=by)
        while run_job(str(job.pk)):
            pass
        job.refresh_from_db()
        if job.failure:
            raise CommandError(job.failure)
        self.stdout.write(f"Erased: {counted}.")

    def _account(self, by: User, *, email: str, reason: str, dry_run: bool, **rest: Any) -> None:
        user = _user(email)
        facts = asdict(count_account(user))
        told = ", ".join(f"{count:,} {name}" for name, count in facts.items())
        if not dry_run:
            erase_account(user=user, reason=reason, actor=Actor.person(by))
        word = "Would be erased" if dry_run else "Erased"
        self.stdout.write(f"{word}: name, address and drafts. Of this person there are {told}.")


def _user(email: str) -> User:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"There is nobody with the e-mail {email}.")
    return user
