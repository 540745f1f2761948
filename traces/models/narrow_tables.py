"""The narrow tables that filters read, so that a list need not read payload."""

from django.db import models

from annotate_site.projects.models import Project

from .traces import Trace


class TraceQueue(models.Model):
    """Where a trace stands in a queue; written by the app above. One row per trace of an item."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        PENDING_REVIEW = "pending_review", "Waiting for review"
        COMPLETED = "completed", "Completed"

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    queue_id = models.UUIDField()
    start = models.DateTimeField()
    trace = models.ForeignKey(Trace, models.CASCADE, related_name="queue_states")
    item_id = models.UUIDField()
    state = models.CharField(max_length=14, choices=State.choices, default=State.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item_id", "trace"], name="trace_queue_unique")
        ]
        indexes = [
            models.Index(
                fields=["project", "queue_id", "-start", "-trace"], name="trace_queue_list"
            ),
            models.Index(
                fields=["project", "queue_id", "state", "-start", "-trace"],
                name="trace_queue_state",
            ),
            models.Index(
                fields=["project", "trace"],
                condition=~models.Q(state="completed"),
                name="trace_queue_unfinished",
            ),
        ]


class TraceAttribute(models.Model):
    """A scalar among the attributes of a trace and its spans, so that a filter need not read them.

    `value` is its first 200 characters as text, `number` set where it is one. Written by
    `traces.attribute_rows`.
    """

    # As of spans.
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    path = models.CharField(max_length=200)
    value = models.CharField(max_length=200, blank=True)
    number = models.FloatField(null=True)
    start = models.DateTimeField()
    trace = models.ForeignKey(Trace, models.DO_NOTHING, related_name="+", db_index=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["project", "path", "value", "-start", "-trace"], name="trace_attribute_list"
            ),
            models.Index(fields=["project", "trace", "path"], name="trace_attribute_trace"),
        ]


class TraceText(models.Model):
    """What a trace says, to be searched: the first 8,192 characters of each side, in lower case.

    Written by `traces.search_texts`. A trace without a row is searched by its previews.
    """

    # The database deletes it with its trace, by a key of both columns: see migration 0017.
    trace = models.OneToOneField(
        Trace, models.DO_NOTHING, related_name="+", primary_key=True, db_constraint=False
    )
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    input = models.TextField(blank=True)
    output = models.TextField(blank=True)
