"""A project and its first manager, on a site where nobody is yet and no mail is sent."""

import os
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from annotate_site.errors import Refused
from annotate_site.projects.actions import create_project, register_person
from annotate_site.projects.models import User
from annotate_site.projects.sign_in import password_token
from annotate_site.projects.time_zones import UTC


class Command(BaseCommand):
    help = "Creates a project. A manager without an account gets one, and a link to set a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="part of the address: small letters, digits, hyphens")
        parser.add_argument("name", help="what people read, for instance: Support agent")
        parser.add_argument("--manager", required=True, metavar="EMAIL")
        parser.add_argument("--manager-name", default="", help="for a new account")
        parser.add_argument(
            "--time-zone", default=UTC, help="due dates are days in it, for instance Europe/Berlin"
        )
        parser.add_argument("--site", default="", help="address of this site, for the link")

    def handle(self, *args: Any, slug: str, name: str, **options: Any) -> None:
        try:
            with transaction.atomic():
                manager = _person(options["manager"], options["manager_name"])
                project = create_project(
                    slug=slug, name=name, manager=manager, time_zone=options["time_zone"]
                )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except Refused as error:
            raise CommandError(str(error)) from None
        site = (options["site"] or _site()).rstrip("/")
        self.stdout.write(f"Created {project.name}. {manager.email} manages it.")
        if manager.has_usable_password():
            self.stdout.write(f"Sign in as before: {site}{reverse('account_login')}")
            return
        path = reverse("joining:password-link", kwargs={"token": password_token(manager)})
        self.stdout.write("To set a password and sign in, once and within three days, open:")
        self.stdout.write(f"  {site}{path}")


def _person(email: str, name: str) -> User:
    validate_email(email)
    known = User.objects.filter(email__iexact=email).first()
    name = name or email.partition("@")[0]
    return known or register_person(email=email, name=name, password=None)


def _site() -> str:
    if settings.LOCAL:
        return f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}"
    return f"https://{settings.ALLOWED_HOSTS[0].lstrip('.')}"
