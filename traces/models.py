"""Traces, their spans, uploads, and the narrow tables that filters read.

Lists never read payload: inputs and outputs stand in spans alone, the trace keeps previews.
Every index and unique constraint starts with the project.
"""

from functools import partial

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.functions import Lower, Now
from uuid_utils.compat import uuid7

from annotate_site.json_field import OrderedJSONField
from annotate_site.projects.models import Job, Project, User

from .arrivals import models as arrivals
from .datasets import models as datasets
from .feedback_models import ScoreName, TraceFeedback
from .sorting import COST, LATENCY, TOKENS

__all__ = [
    "RefusedRows",
    "ScoreName",
    "Span",
    "SpanKind",
    "Status",
    "Trace",
    "TraceFeedback",
    "TraceQueue",
    "Upload",
    "arrivals",
    "datasets",
]


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

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    # The database deletes them with their trace, by the project's index: see migration 0009.
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


class Upload(models.Model):
    """A file of traces that somebody sent through the page, and what was understood of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="uploads")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    file = models.FileField(upload_to="traces", storage=default_storage)
    filename = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    format = models.CharField(max_length=10)
    mapping = models.JSONField(default=dict)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="upload")

    def delete_with_file(self) -> None:
        """And with what was wrong with its rows; the file goes once this is committed."""
        if self.job:
            self.job.errors.all().delete()
        gone = partial(self.file.storage.delete, str(self.file.name))
        transaction.on_commit(gone, robust=True)
        self.delete()

    @property
    def small(self) -> bool:
        """May be imported at once, without a worker."""
        limit: int = settings.UPLOAD_AT_ONCE
        return self.size <= limit


class RefusedRows(models.Model):
    """Rows of one step of an import that were refused: packed lines of JSON, `count` of them.

    Written and read by `traces.refused_rows`.
    """

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="refused_rows")
    count = models.PositiveIntegerField()
    packed = models.BinaryField()


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

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    path = models.CharField(max_length=200)
    value = models.CharField(max_length=200, blank=True)
    number = models.FloatField(null=True)
    start = models.DateTimeField()
    trace = models.ForeignKey(
        Trace, models.DO_NOTHING, related_name="+", db_index=False
    )  # likewise

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
    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    input = models.TextField(blank=True)
    output = models.TextField(blank=True)


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
