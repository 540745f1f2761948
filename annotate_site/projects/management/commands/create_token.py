"""A token for a program, without a browser. Its secret stands alone on the last line."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate_site.errors import Refused
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Project, Scope, User
from annotate_site.projects.token_actions import create_token

MOST_DAYS = 3650


class Command(BaseCommand):
    help = "Creates a token for the API. Its secret, shown this once, is the last line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="the project's slug, as in its address")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="whose token it is")
        parser.add_argument(
            "--scope", required=True, action="append", choices=Scope.values, dest="scopes",
            help="what it can do; repeat it for several",
        )  # fmt: skip
        parser.add_argument("--name", default="Made by the operator", help="which program uses it")
        parser.add_argument("--expires", type=int, metavar="DAYS", help="without it: never")

    def handle(self, *args: Any, project: str, by: str, **options: Any) -> None:
        found = Project.objects.filter(slug=project).first()
        if found is None:
            raise CommandError(f"There is no project {project}.")
        user = User.objects.filter(email__iexact=by).first()
        if user is None:
            raise CommandError(f"There is nobody with the e-mail {by}.")
        days = options["expires"]
        if days is not None and not 0 < days <= MOST_DAYS:
            raise CommandError(f"A token expires after 1 to {MOST_DAYS:,} days.")
        try:
            token, secret = create_token(
                project=found,
                user=user,
                name=options["name"],
                scopes=options["scopes"],
                lasting=timedelta(days=days) if days else None,
                actor=SYSTEM,
            )
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(f"{token.name}: {', '.join(token.scopes)}, for {user.email}.")
        self.stdout.write(secret)
