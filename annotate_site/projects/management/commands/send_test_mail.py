from argparse import ArgumentParser
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError

TEXT = """This site can send mail.

Links in its mails lead to {site}. If that isn't its address, set SITE_URL.
"""


class Command(BaseCommand):
    help = "Sends one mail through the site's mail server, at once, and says what went wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="to whom")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        if not settings.EMAIL_HOST:
            raise CommandError("This site sends no mail: EMAIL_HOST is not set.")
        server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} ({settings.EMAIL_SECURITY})"
        try:
            send_mail("A test mail", TEXT.format(site=settings.SITE_URL), None, [address])
        except (OSError, SMTPException, ValueError) as error:
            raise CommandError(f"{server} did not take it: {error}") from None
        self.stdout.write(
            f"{server} took a mail from {settings.DEFAULT_FROM_EMAIL} to {address}."
            f" Links in mails lead to {settings.SITE_URL}."
        )
