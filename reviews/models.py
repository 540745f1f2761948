"""Annotations, scores and reviews: the answers, which stand nowhere else."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from annotate_site.projects.models import Project, User
from fields.models import Field
from queues.models import Item, Queue
from traces.models import Trace


class AnnotationState(models.TextChoices):
    DRAFT = "draft"
    SUBMITTED = "submitted"


class Annotation(models.Model):
    """One annotator's answers on one item in one round.

    `draft`: {"values": {field id: posted strings}, "notes": {field id: text}} until submitted.
    `field_set`: [[field id, required], ...] as they were at submit; it stays judged by these.
    """

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="annotations")
    round = models.PositiveIntegerField()
    annotator = models.ForeignKey(User, models.PROTECT, related_name="annotations")
    state = models.CharField(
        max_length=9, choices=AnnotationState.choices, default=AnnotationState.DRAFT
    )
    version = models.PositiveIntegerField(default=1)
    draft = models.JSONField(default=dict)
    submission_id = models.UUIDField(null=True)
    field_set = models.JSONField(default=list)
    started_at = models.DateTimeField(db_default=Now())
    saved_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "round", "annotator"], name="annotation_unique"
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", submitted_at__isnull=False)
                | Q(state="draft", submitted_at=None),
                name="annotation_submitted_at",
            ),
        ]
        indexes = [
            models.Index(
                "queue",
                "annotator",
                F("submitted_at").desc(),
                condition=Q(state="submitted"),
                name="annotation_history",
            )
        ]


class Review(models.Model):
    """One reviewer's decision on an item in a round; until `decided_at` a draft."""

    class Decision(models.TextChoices):
        NONE = ""
        APPROVED = "approved"
        REJECTED = "rejected"

    item = models.ForeignKey(Item, models.CASCADE, related_name="reviews")
    round = models.PositiveIntegerField()
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    remark = models.TextField(blank=True)
    remarks = models.JSONField(default=dict)
    draft = models.JSONField(default=dict)
    decided_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "round"],
                condition=Q(decided_at__isnull=False, cleared_at=None),
                name="review_one_decision",
            )
        ]


class ScoreQuerySet(models.QuerySet["Score"]):
    def present(self) -> "ScoreQuerySet":
        """Without those that a correction, an undo or a cleared decision has superseded."""
        return self.filter(superseded_at=None)


class Score(models.Model):
    """One field's value in one annotation; or a resolution; or feedback from outside queues.

    A correction adds a row and marks the old one superseded.
    """

    class Source(models.TextChoices):
        HUMAN = "human"
        API = "api"
        MODEL = "model"

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    trace = models.ForeignKey(Trace, models.SET_NULL, null=True, related_name="scores")
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="scores")
    round = models.PositiveIntegerField(null=True)
    annotation = models.ForeignKey(Annotation, models.CASCADE, null=True, related_name="scores")
    review = models.ForeignKey(Review, models.CASCADE, null=True, related_name="scores")
    field = models.ForeignKey(Field, models.PROTECT, related_name="+")
    annotator = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    source_kind = models.CharField(max_length=5, choices=Source.choices, default=Source.HUMAN)
    source_key = models.CharField(max_length=128, blank=True)
    value = models.JSONField(null=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["annotation", "field"],
                condition=Q(superseded_at=None, annotation__isnull=False),
                name="score_one_per_field",
            )
        ]
        indexes = [models.Index(fields=["project", "field"], name="score_by_field")]
