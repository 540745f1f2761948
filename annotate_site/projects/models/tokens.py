"""Secrets by which programs ask, and how often they did."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from .people import Project, User


class Scope(models.TextChoices):
    """What a token may be used for, as far as its owner may do it."""

    READ = "read", "Read"
    WRITE = "write", "Write"
    ANNOTATE = "annotate", "Annotate"
    INGEST = "ingest", "Send traces"


class ApiToken(models.Model):
    """One program's access to one project, in a person's name. Of its secret a hash is stored."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="api_tokens")
    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    scopes = ArrayField(models.CharField(max_length=8, choices=Scope.choices))
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=Scope.values, scopes__len__gt=0),
                name="api_token_scopes",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def ended(self, now: datetime) -> str:
        """Why it does not work, in a word; "" while it does, as far as its own row tells."""
        if self.revoked_at:
            return "Revoked"
        return "Expired" if self.expires_at and self.expires_at <= now else ""

    @property
    def scope_words(self) -> list[str]:
        return [Scope(scope).label for scope in self.scopes]


class ApiUse(models.Model):
    """How many requests a token made in its latest minute: one row that is written at each."""

    token = models.OneToOneField(ApiToken, models.CASCADE, primary_key=True, related_name="+")
    minute = models.DateTimeField()
    requests = models.PositiveIntegerField()
