"""Traces, their spans, and log records that join these."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from annotate_site.json_field import OrderedJSONField
from annotate_site.projects.models import Project

from ..sorting import COST, LATENCY, TOKENS


class Status(models.TextChoices):
    OK = "ok", "OK"
    ERROR = "error", "Error"
    UNSET = "unset", "Not stated"


class Trace(models.Model):
    """One run of an application. `latency` is in milliseconds, `cost` in the sender's currency."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="traces", db_index=False)
    trace_id = models.CharField(max_length=128)
    name = models.CharField(max_length=200)
    session_id = models.CharField(max_length=200, blank=True)
    user_id = models.CharField(max_length=200, blank=True)
    start = models.DateTimeField()
    end = models.DateTimeField(null=True)
    latency = models.BigIntegerField(null=True)
    status = models.CharField(max_length=5, choices=Status.choices, default=Status.UNSET)
    model = models.CharField(max_length=200, blank=True)
    tokens_in = models.BigIntegerField(null=True)
    tokens_out = models.BigIntegerField(null=True)
    cost = models.DecimalField(max_digits=18, decimal_places=9, null=True)
    tags = ArrayField(models.CharField(max_length=100), default=list)
    attributes = models.JSONField(default=dict)
    input_preview = models.CharField(max_length=300, blank=True)
    output_preview = models.CharField(max_length=300, blank=True)
    span_count = models.PositiveIntegerField(default=0)
    changes = models.PositiveIntegerField(default=0, db_default=0)  # of its spans, since the first
    # By its senders, so that one whom a person took away does not come back with the next span.
    sent_tags = ArrayField(models.CharField(max_length=100), null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "trace_id"], name="trace_id_unique"),
            models.UniqueConstraint(fields=["project", "id"], name="trace_of_project"),
        ]
        indexes = [
            # With the name, so that a search for a part of it reads the index alone.
            models.Index(fields=["project", "-start", "-id"], include=["name"], name="trace_list"),
            models.Index(
                fields=["project", "status", "-start", "-id"],
                include=["name"],
                name="trace_list_status",
            ),
            models.Index(
                fields=["project", "session_id", "-start", "-id"],
                condition=~models.Q(session_id=""),
                name="trace_list_session",
            ),
            models.Index(
                fields=["project", "user_id", "-start", "-id"],
                condition=~models.Q(user_id=""),
                name="trace_list_user",
            ),
            models.Index(fields=["project", "name", "id"], name="trace_list_name"),
            models.Index(fields=["project", "created_at"], name="trace_arrival"),
            models.Index("project", LATENCY, "id", name="trace_list_latency"),
            models.Index("project", TOKENS, "id", name="trace_list_tokens"),
            models.Index("project", COST, "id", name="trace_list_cost"),
        ]

    def __str__(self) -> str:
        return self.name


class SpanKind(models.TextChoices):
    LLM = "llm", "LLM"
    TOOL = "tool"
    RETRIEVER = "retriever"
    CHAIN = "chain"
    AGENT = "agent"
    EMBEDDING = "embedding"
    OTHER = "other"


class Span(models.Model):
    """One step of a trace. The root span (no parent) carries the trace's inputs and outputs.

    Tokens and cost are those of this step, or of all steps below it.
    """

    # The key of project and trace checks both: see migrations 0009, by which the database deletes
    # them with their trace, and 0021.
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    trace = models.ForeignKey(Trace, models.DO_NOTHING, related_name="spans", db_index=False)
    span_id = models.CharField(max_length=64)
    parent_id = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=SpanKind.choices, default=SpanKind.OTHER)
    start = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    status = models.CharField(max_length=5, choices=Status.choices, default=Status.UNSET)
    inputs = OrderedJSONField(default=dict)
    outputs = OrderedJSONField(default=dict)
    attributes = models.JSONField(default=dict)
    events = OrderedJSONField(default=list)
    model = models.CharField(max_length=200, blank=True, default="", db_default="")
    tokens_in = models.BigIntegerField(null=True)
    tokens_out = models.BigIntegerField(null=True)
    cost = models.DecimalField(max_digits=18, decimal_places=9, null=True)
    # See ParsedSpan and traces.ingest.merging.
    told = models.JSONField(null=True)
    ends = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "trace", "span_id"], name="span_id_unique")
        ]
        indexes = [
            models.Index(fields=["project", "name", "trace"], name="span_by_name"),
            models.Index(fields=["project", "kind", "trace"], name="span_by_kind"),
        ]


class LogEvent(models.Model):
    """A log record with content of a span: the sender's ids, since the span may not be here yet.

    `event` is as a span's own event; `trace` is set once it is here. Kept for some days, because
    what comes of a span's records is made of all of them.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    of_trace = models.CharField(max_length=128)
    span_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=32)
    time = models.BigIntegerField()
    event = OrderedJSONField()
    trace = models.ForeignKey(Trace, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "of_trace", "span_id", "digest"], name="log_event_unique"
            )
        ]
