"""Mail that is still to be sent to people who come by a link."""

from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7


class EmailConfirmation(models.Model):
    """An address that somebody typed behind a link; the row is gone once the mail is sent.

    `purpose`, `page` and `link_hash` say which link it was, `heading` what that offers, `site`
    under which address (scheme and host) the person came.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField()
    purpose = models.CharField(max_length=20)
    page = models.CharField(max_length=60)
    link_hash = models.CharField(max_length=64)
    heading = models.CharField(max_length=200)
    site = models.CharField(max_length=300)
    created_at = models.DateTimeField(db_default=Now())
