"""Judgments on traces as the list filters by them, written by the app above."""

from django.db import models
from django.db.models.functions import Lower, Now
from uuid_utils.compat import uuid7

from annotate_site.projects.models import Project, User

LONGEST_EVALUATOR = 200


class ScoreName(models.Model):
    """A name under which programs send scores and which no field of the project has.

    In `TraceFeedback` its id takes the place of a field's lineage.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="score_names")
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint("project", Lower("name"), name="score_name_unique")]

    def __str__(self) -> str:
        return self.name


class TraceFeedback(models.Model):
    """A judgment on a trace: scores of completed items, and direct scores. What was judged of a
    session is one on each of its traces.

    `queue_id` is null for a direct score, `annotator` for one that no person of the site gave.
    `source_kind` is that of the score: human, api or model.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    lineage = models.UUIDField()
    start = models.DateTimeField()
    trace = models.ForeignKey("traces.Trace", models.CASCADE, related_name="feedback")
    score_id = models.BigIntegerField()
    number = models.FloatField(null=True)
    text = models.CharField(max_length=200, null=True)  # noqa: DJ001 - "" is an answer
    queue_id = models.UUIDField(null=True)
    annotator = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(db_default=Now())
    source_kind = models.CharField(max_length=5, default="human", db_default="human")
    evaluator = models.CharField(
        max_length=LONGEST_EVALUATOR, blank=True, default="", db_default=""
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["score_id", "trace"], name="feedback_of_score")
        ]
        indexes = [
            # With what tells whether it is shown, so that a list reads the index alone.
            models.Index(
                fields=["project", "lineage", "-start", "-trace"],
                include=["queue_id", "source_kind"],
                name="feedback_shown",
            ),
            models.Index(fields=["project", "lineage", "number"], name="feedback_number"),
            models.Index(fields=["project", "lineage", "text"], name="feedback_text"),
            models.Index(
                fields=["project", "evaluator", "-start", "-trace"],
                condition=~models.Q(evaluator=""),
                name="feedback_evaluator",
            ),
        ]
