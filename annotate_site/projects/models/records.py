"""What happened (events), what must still happen (outbox), and long work (jobs)."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from .people import Project, User


class ActorKind(models.TextChoices):
    PERSON = "person"
    TOKEN = "token"
    BEAT = "beat"
    SYSTEM = "system"


class Event(models.Model):
    """One change: who, when, what object and attribute, from, to, reason. Only ever inserted.

    `from_value` and `to_value` hold ids, states and names of fields, never answers.
    `queue_id` and `item_id` are plain ids: this app stands below those that own the rows.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="events")
    queue_id = models.UUIDField(null=True)
    item_id = models.UUIDField(null=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()))
    object_type = models.CharField(max_length=20)
    object_id = models.CharField(max_length=40)
    attribute = models.CharField(max_length=30)
    from_value = models.CharField(max_length=200, blank=True)
    to_value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["project", "-id"], name="event_by_project"),
            models.Index(fields=["item_id", "id"], name="event_by_item"),
        ]


class Outbox(models.Model):
    """A thing a worker must do, written in the transaction that made it necessary."""

    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    due_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(done_at__isnull=True),
                name="outbox_waiting",
            ),
            models.Index(
                fields=["done_at"],
                condition=models.Q(done_at__isnull=False),
                name="outbox_done",
            ),
        ]


JOB_LEASE = timedelta(minutes=2)  # without a heartbeat for so long, another worker may take a job


class JobState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Job(models.Model):
    """Long work with progress. `result` and `params` hold ids and counts, not content.

    `cursor` is where its next step begins; `heartbeat_at` is renewed by each step, and the lease of
    whoever runs it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    params = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.WAITING)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=500, blank=True)
    cursor = models.JSONField(null=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["project", "-created_at"], name="job_by_project")]

    def state_at(self, now: datetime) -> str:
        """Its state for whoever looks: a job whose worker is gone waits for another."""
        since = self.heartbeat_at or self.started_at
        gone = self.state == JobState.RUNNING and since and since <= now - JOB_LEASE
        return JobState.WAITING if gone else self.state


class JobError(models.Model):
    """A row of the input that could not be used, and why."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="errors")
    row = models.PositiveIntegerField()
    message = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "row"], name="job_error_unique")]


class IdempotencyKey(models.Model):
    """The outcome of a request that changed something, so that its repeat answers the same."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    outcome = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_unique")]


class Heartbeat(models.Model):
    """When a kind of process (worker, beat) last said that it runs; one row for each kind."""

    name = models.CharField(max_length=10, primary_key=True)
    at = models.DateTimeField()
