"""Annotations, scores and reviews: the answers, which stand nowhere else."""

from collections.abc import Collection

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from annotate_site.projects.models import ApiToken, Project, User
from fields.models import Field
from queues.models import Item, Queue
from traces.models import LONGEST_EVALUATOR, ScoreName, Trace


class AnnotationState(models.TextChoices):
    DRAFT = "draft"
    SUBMITTED = "submitted"


class Annotation(models.Model):
    """One annotator's answers on one item in one round.

    `draft`: {"values": {field id: posted strings}, "notes": {field id: text}} until submitted.
    `field_set`: [[field id, required], ...] as they were at submit; it stays judged by these.
    `active_ms`: how long they were at it in this round, as `active_time` bounds it; None: nobody
    measured.
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
    active_ms = models.PositiveIntegerField(null=True)
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

    def direct(self) -> "ScoreQuerySet":
        """Given without a queue."""
        return self.exclude(target_kind="")

    def may_withdraw(self, user: User) -> "ScoreQuerySet":
        """Of direct scores: their own, and what no person of the site has said."""
        return self.filter(Q(annotator=user) | Q(annotator=None))


class Target(models.TextChoices):
    """What a direct score is about. Its key: our id of the trace; that id, "/" and the id that the
    span has in its trace; the sender's id of the session.
    """

    TRACE = "trace"
    SPAN = "span"
    SESSION = "session"


class Score(models.Model):
    """One field's value in one annotation; or a resolution; or a direct score, without a queue.

    A correction adds a row and marks the old one superseded. A direct score has a target, and no
    item. Of its source: a person is `annotator`, or, where they are none of the site's, whoever
    `source_key` means to the program that sent it; `token` is that program's; a model or check is
    `evaluator`. What no field has the name of has the name it was sent with, `named`. `raw` is what
    was sent, as it came.
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
    field = models.ForeignKey(Field, models.PROTECT, null=True, related_name="+")
    named = models.ForeignKey(
        ScoreName, models.PROTECT, null=True, related_name="+", db_index=False
    )
    target_kind = models.CharField(
        max_length=7, choices=Target, blank=True, default="", db_default=""
    )
    target_key = models.CharField(max_length=200, blank=True, default="", db_default="")
    annotator = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    source_kind = models.CharField(max_length=5, choices=Source.choices, default=Source.HUMAN)
    source_key = models.CharField(max_length=128, blank=True)
    token = models.ForeignKey(ApiToken, models.PROTECT, null=True, related_name="+", db_index=False)
    evaluator = models.CharField(
        max_length=LONGEST_EVALUATOR, blank=True, default="", db_default=""
    )
    evaluator_version = models.CharField(max_length=100, blank=True, default="", db_default="")
    explanation = models.TextField(blank=True, default="", db_default="")
    raw = models.JSONField(null=True)
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
            ),
            # Of one source on one target, one that counts.
            models.UniqueConstraint(
                fields=[
                    "project",
                    "target_kind",
                    "target_key",
                    "field",
                    "named",
                    "source_kind",
                    "source_key",
                    "evaluator",
                    "annotator",
                ],
                condition=Q(superseded_at=None) & ~Q(target_kind=""),
                nulls_distinct=False,
                name="score_one_per_target",
            ),
            models.CheckConstraint(
                condition=Q(target_kind="", item__isnull=False)
                | (~Q(target_kind="") & Q(item=None)),
                name="score_item_or_target",
            ),
            models.CheckConstraint(
                condition=Q(field__isnull=False, named=None)
                | (Q(field=None, named__isnull=False) & ~Q(target_kind="")),
                name="score_field_or_name",
            ),
        ]
        indexes = [models.Index(fields=["project", "field"], name="score_by_field")]

    @property
    def asked(self) -> Field:
        """The field of a score that has one, as each in a queue has."""
        assert self.field is not None
        return self.field


class WaitingScoreQuerySet(models.QuerySet["WaitingScore"]):
    def about(self, traces: Collection[str], sessions: Collection[str]) -> "WaitingScoreQuerySet":
        """Of these traces with their spans, and of these sessions, by their senders' ids."""
        return self.filter(Q(of_trace__in=traces) | Q(of_trace="", session_id__in=sessions))


class WaitingScore(models.Model):
    """A judgment of a trace, span or session that is not here yet, by the ids of its sender.

    `token`: of the program that sent it, None for a file. `said`: see
    `traces.ingest.judgments.Judgment`. Kept for some days.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    token = models.ForeignKey(ApiToken, models.PROTECT, null=True, related_name="+", db_index=False)
    of_trace = models.CharField(max_length=128, blank=True)
    span_id = models.CharField(max_length=64, blank=True)
    session_id = models.CharField(max_length=128, blank=True)
    digest = models.CharField(max_length=32)
    said = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    objects = WaitingScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "of_trace", "session_id", "span_id", "digest"],
                name="waiting_score_unique",
            )
        ]
