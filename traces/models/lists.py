"""How a person reads the list of traces: columns, and lists kept under a name."""

from django.db import models
from django.db.models.functions import Lower, Now
from uuid_utils.compat import uuid7

from annotate_site.projects.models import Project, User


class ChosenColumns(models.Model):
    """Which columns of the list of traces a person sees in a project, in their order."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    columns = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="chosen_columns_unique")
        ]


class SavedView(models.Model):
    """A list of traces to come back to: rows of a filter, an order, columns, as in addresses."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="views", db_index=False)
    name = models.CharField(max_length=60)
    filter = models.JSONField(default=list)
    sort = models.CharField(max_length=20, blank=True)
    columns = models.JSONField(default=list)
    shared = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "project", "created_by", Lower("name"), name="saved_view_name_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name
