"""A queue: a campaign of fields, guidelines, people and rules."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower, Now
from uuid_utils.compat import uuid7

from annotate_site.projects.models import Project, User
from annotate_site.projects.models.people import Link
from fields.models import Field

from ..states import QueueStatus, Strategy


class Completer(models.TextChoices):
    NOBODY = "", "-"
    PERSON = "person", "closed by hand"
    ITSELF = "itself", "completed by itself"


def hidden_by_default() -> list[str]:
    return ["model", "scores"]


class Queue(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="queues")
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    guidelines = models.TextField(blank=True, max_length=20_000)
    guidelines_html = models.TextField(blank=True, editable=False)
    guidelines_changed_at = models.DateTimeField(db_default=Now(), editable=False)
    fields = models.ManyToManyField(Field, through="QueueField", related_name="+")
    strategy = models.CharField(max_length=13, choices=Strategy.choices, default=Strategy.MANUAL)
    annotations_required = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    timeout = models.DurationField(default=timedelta(minutes=60))
    open_limit = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    requires_review = models.BooleanField(default=False)
    help_others = models.BooleanField(default=True)
    skip_reason_required = models.BooleanField(default=False)
    hidden_extras = ArrayField(models.CharField(max_length=20), default=hidden_by_default)
    # {"every": marks, "most": marks}: what the items have in common, as `actions.repeating` found.
    repeats = models.JSONField(default=dict, db_default={}, editable=False)
    repeated_line = models.CharField(max_length=600, blank=True, db_default="", editable=False)
    due_date = models.DateField(null=True, blank=True)
    status = models.CharField(
        max_length=9, choices=QueueStatus.choices, default=QueueStatus.DRAFT, editable=False
    )
    archived_at = models.DateTimeField(null=True, editable=False)
    activated_at = models.DateTimeField(null=True, editable=False)
    paused_at = models.DateTimeField(null=True, editable=False)
    completed_at = models.DateTimeField(null=True, editable=False)
    completed_by = models.CharField(
        max_length=6, choices=Completer.choices, blank=True, editable=False
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint("project", Lower("name"), name="queue_name_unique"),
            models.CheckConstraint(
                condition=models.Q(annotations_required__range=(1, 10)), name="queue_required"
            ),
            models.CheckConstraint(
                condition=models.Q(timeout__range=(timedelta(minutes=15), timedelta(hours=4))),
                name="queue_timeout",
            ),
            models.CheckConstraint(
                condition=models.Q(open_limit__range=(1, 20)), name="queue_open_limit"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=QueueStatus.values), name="queue_status"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Hands out new items."""
        return self.status == QueueStatus.ACTIVE and self.archived_at is None

    @property
    def is_working(self) -> bool:
        """Takes answers: active, or paused with holds still open."""
        working = self.status in (QueueStatus.ACTIVE, QueueStatus.PAUSED)
        return working and self.archived_at is None

    def is_short(self, annotators: int) -> bool:
        """It works, with fewer annotators than annotations required: it cannot complete."""
        return self.is_working and annotators < self.annotations_required

    @property
    def shown_status(self) -> str:
        return "archived" if self.archived_at else self.status

    @property
    def timeout_minutes(self) -> int:
        return int(self.timeout.total_seconds() // 60)


class GuidelinesVersion(models.Model):
    """Guidelines as they stood until `replaced_at`; the present ones stand in the queue."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="earlier_guidelines")
    text = models.TextField()
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["replaced_at"]


class QueueDeal(models.Model):
    """Where round robin stands; a row of its own, so that dealing locks nothing else."""

    queue = models.OneToOneField(Queue, models.CASCADE, primary_key=True, related_name="deal")
    cursor = models.PositiveIntegerField(default=0)


class QueueParts(models.Model):
    """How often each part was met among the items added: mark to [count, length in characters]."""

    queue = models.OneToOneField(Queue, models.CASCADE, primary_key=True, related_name="parts")
    items = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)


class QueueField(models.Model):
    """A field as one queue asks it. Retired: hidden from new annotations, old answers kept."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="queue_fields")
    field = models.ForeignKey(Field, models.PROTECT, related_name="queue_fields")
    order = models.PositiveSmallIntegerField(default=0)
    required = models.BooleanField(default=True)
    allow_note = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["queue", "field"], name="queue_field_unique")
        ]

    def __str__(self) -> str:
        return self.field.name


class QueueMember(models.Model):
    """A person's rights in a queue, and the places that make Next cost the same on any day.

    `place_*`: the last slot served from the order and from the returned lane.
    `exhausted_at`: since when the whole order is known to hold nothing for this person; of what
    was added only what comes after `exhausted_seq` can be new then.
    `guidelines_open`: the rail stands open beside the items; null `guidelines_read_at`: never read.
    """

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="queue_memberships")
    can_annotate = models.BooleanField(default=False)
    can_review = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)
    away_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    place_rank = models.IntegerField(null=True, editable=False)
    place_seq = models.BigIntegerField(null=True, editable=False)
    place_returned_at = models.DateTimeField(null=True, editable=False)
    place_returned_slot = models.BigIntegerField(null=True, editable=False)
    exhausted_at = models.DateTimeField(null=True, editable=False)
    exhausted_seq = models.BigIntegerField(null=True, editable=False)
    last_asked_at = models.DateTimeField(null=True, editable=False)
    guidelines_read_at = models.DateTimeField(null=True, editable=False)
    guidelines_open = models.BooleanField(db_default=False, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["queue", "user"], name="queue_member_unique")
        ]
        indexes = [
            models.Index(
                fields=["user", "queue"],
                condition=models.Q(removed_at=None),
                name="queue_member_of_user",
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class ShareLink(Link):
    """Invites annotators to one queue. A stranger registers by it and gets that queue, no more."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="share_links")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(max_uses=None) | models.Q(uses__lte=models.F("max_uses")),
                name="share_link_uses",
            )
        ]
