"""Annotation fields: the definition of one piece of feedback. Immutable (see migration 0002)."""

from collections.abc import Iterable
from typing import Any, Final

from django.db import models
from django.db.models.functions import Lower, Now
from uuid_utils.compat import uuid7

from annotate_site.projects.models import Project, User

from .errors import FieldIsFinal
from .kinds import CHOICES, KINDS

LONGEST_NAME: Final = 100
LONGEST_DESCRIPTION: Final = 20_000
CHANGEABLE: Final = frozenset({"archived_at", "shared"})


class FieldQuerySet(models.QuerySet["Field"]):
    def update(self, **values: Any) -> int:
        """Raises FieldIsFinal for any column but CHANGEABLE."""
        if not values.keys() <= CHANGEABLE:
            raise FieldIsFinal
        return super().update(**values)

    def offered(self) -> "FieldQuerySet":
        """Those that new queues may use."""
        return self.filter(archived_at=None)

    def open_to(self, *projects: Project) -> "FieldQuerySet":
        """The projects' own, and those that others share with them; without a project none."""
        if not projects:
            return self.none()
        return self.filter(models.Q(project__in=projects) | models.Q(shared=True))

    def visible_in(self, project: Project) -> "FieldQuerySet":
        """Those that people of the project may look at: its queues' too, though shared no more."""
        asked = models.Q(pk__in=project.queues.values("queue_fields__field"))
        return self.filter(models.Q(project=project) | models.Q(shared=True) | asked)

    def matching(self, text: str) -> "FieldQuerySet":
        return self.filter(models.Q(name__icontains=text) | models.Q(description__icontains=text))


class Field(models.Model):
    """Name, description, kind and settings never change; archiving hides it from new queues."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="fields")
    name = models.CharField(max_length=LONGEST_NAME)
    description = models.TextField(blank=True, max_length=LONGEST_DESCRIPTION)
    description_html = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=CHOICES)
    settings = models.JSONField(default=dict)
    lineage = models.UUIDField(default=uuid7, help_text="Shared by all versions of one field.")
    shared = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True)

    objects = FieldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "project",
                Lower("name"),
                condition=models.Q(archived_at=None),
                name="field_name_unique",
            ),
            models.UniqueConstraint(
                fields=["lineage"],
                condition=models.Q(archived_at=None),
                name="field_version_unique",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=list(KINDS)), name="field_kind"),
        ]
        indexes = [models.Index(fields=["lineage"], name="field_by_lineage")]

    def __str__(self) -> str:
        return self.name

    def save(self, *, update_fields: Iterable[str] | None = None, **more: Any) -> None:
        """Inserts; updates CHANGEABLE columns alone and raises FieldIsFinal for any other."""
        changed = None if update_fields is None else frozenset(update_fields)
        if not self._state.adding and (changed is None or not changed <= CHANGEABLE):
            raise FieldIsFinal
        super().save(update_fields=changed, **more)

    def can_be_used_in(self, project: Project) -> bool:
        """Whether new queues of the project may ask it; `offered().open_to(project)` in Python."""
        return self.archived_at is None and (self.shared or self.project_id == project.pk)

    def comes_from(self, project: Project) -> str:
        """The name of the other project that shares it; "" for one of the project's own."""
        return "" if self.project_id == project.pk else self.project.name
