"""The demo project, for `make run` and for whoever wants to look around."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate_site.projects.errors import EmailTaken
from reviews.demo import NAME, load_demo


class Command(BaseCommand):
    help = "Loads the demo project: 60 traces, 8 fields, two queues and four people. Once."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_demo()
        except EmailTaken:
            raise CommandError(
                "Somebody here has the e-mail of a demo person. Nothing was loaded."
            ) from None
        if loaded:
            self.stdout.write(f"Loaded the demo project {NAME}.")
