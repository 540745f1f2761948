"""Confirming an address by mail: a row now, the mail from the worker.

Whether the address has an account is looked up when the mail is written, so the page that takes
the address neither says it nor takes longer for it.
"""

from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from annotate_site.jobs import outbox
from annotate_site.projects.models import User
from annotate_site.text import strip_bidi_controls

from .confirmations import HOURS, Confirmation
from .models import EmailConfirmation

TOPIC = "confirm_email"
SUBJECT = "Confirm your e-mail address"
NEW = f"""Someone, most likely you, wants to join with this e-mail address:

  {{heading}}

To confirm the address and create your account, open this link within {HOURS} hours:

{{link}}

If it wasn't you, ignore this message. Nothing happens without the link.
"""
KNOWN = f"""Someone, most likely you, wants to join with this e-mail address:

  {{heading}}

You already have an account with it. To sign in and join, open this link within {HOURS} hours:

{{link}}

If it wasn't you, ignore this message. Nothing happens without the link.
"""


def ask_to_confirm(*, asked: Confirmation, heading: str, site: str) -> None:
    """Has the address sent a link that leads on. `site`: scheme and host of this site."""
    with transaction.atomic():
        row = EmailConfirmation.objects.create(
            email=asked.email,
            purpose=asked.purpose,
            page=asked.page,
            link_hash=asked.link_hash,
            heading=" ".join(strip_bidi_controls(heading).split())[:200],
            site=site,
        )
        outbox.post(TOPIC, str(row.pk))


def send_confirmation(key: str) -> None:
    """Sends the mail and forgets the address; sent before, it does nothing."""
    row = EmailConfirmation.objects.filter(pk=UUID(key)).first()
    if row is None:
        return
    known = User.objects.filter(email__iexact=row.email).exists()
    token = Confirmation(row.email, row.purpose, row.page, row.link_hash).sign()
    link = row.site + reverse("joining:confirmation-link", kwargs={"token": token})
    text = (KNOWN if known else NEW).format(heading=row.heading, link=link)
    send_mail(SUBJECT, text, None, [row.email])
    row.delete()


def forget_confirmation(key: str) -> None:
    """The mail could not be sent; the person can ask again."""
    EmailConfirmation.objects.filter(pk=UUID(key)).delete()


outbox.handles(TOPIC, work=send_confirmation, give_up=forget_confirmation)
