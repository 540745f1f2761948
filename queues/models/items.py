"""Items: things to annotate, each with a frozen snapshot of its content."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from annotate_site.json_field import OrderedJSONField
from annotate_site.projects.models import User
from traces.models import Trace
from traces.sources import LONGEST_KEY, SourceKind

from ..states import ItemStatus, ReviewState
from .queues import Queue


class ItemKind(models.TextChoices):
    NORMAL = "normal"
    PROBE = "probe"


class Batch(models.Model):
    """One act of adding: who, when, which filter, what annotators may see of each source.

    `design`: how its sources were chosen, as `queues.sampling.Design` writes it.
    """

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="batches")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now())
    # The rule that added it, if one did; its name stays in `filter` when the rule is gone.
    rule = models.ForeignKey("queues.Rule", models.SET_NULL, null=True, related_name="batches")
    filter = models.JSONField(default=dict)
    display = models.JSONField(default=dict)
    design = models.JSONField(default=dict, db_default={})
    added = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    not_found = ArrayField(models.CharField(max_length=LONGEST_KEY), default=list)


class ItemQuerySet(models.QuerySet["Item"]):
    def present(self) -> "ItemQuerySet":
        """Neither removed nor a probe: what counts, lists and exports are made of."""
        return self.filter(removed_at=None, kind=ItemKind.NORMAL)


class Item(models.Model):
    """`status` is a function of facts, stored by `queues.lifecycle.settle` and nobody else.

    `inclusion`: the probability with which its source was chosen, None for one chosen by hand;
    `stratum`: from which part of the population. `source_changes`: of its source, see
    `traces.sources.Source`, when it was frozen.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="items", db_index=False)
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="items")
    inclusion = models.FloatField(null=True)
    stratum = models.CharField(max_length=200, blank=True, default="", db_default="")
    kind = models.CharField(max_length=6, choices=ItemKind.choices, default=ItemKind.NORMAL)
    source_kind = models.CharField(max_length=11, choices=SourceKind.choices)
    source_key = models.CharField(max_length=LONGEST_KEY)
    source_changes = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200)
    preview = models.CharField(max_length=600, blank=True)
    snapshot = OrderedJSONField(default=dict)
    snapshot_hash = models.CharField(max_length=64)
    priority = models.SmallIntegerField(default=0)
    seq = models.BigIntegerField(db_default=RawSQL("nextval('queues_item_order')", ()))
    status = models.CharField(max_length=14, choices=ItemStatus.choices, default=ItemStatus.PENDING)
    required = models.PositiveSmallIntegerField()
    extra = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveIntegerField(default=1)
    needs_review = models.BooleanField(null=True)
    review_state = models.CharField(max_length=8, choices=ReviewState.choices, blank=True)
    bars_last_round = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()))
    completed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "source_kind", "source_key"],
                condition=models.Q(removed_at=None, kind="normal"),
                name="item_source_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ItemStatus.values), name="item_status"
            ),
            models.CheckConstraint(
                condition=models.Q(status="completed", completed_at__isnull=False)
                | (~models.Q(status="completed") & models.Q(completed_at=None)),
                name="item_completed_at",
            ),
            models.CheckConstraint(
                condition=models.Q(inclusion=None) | models.Q(inclusion__gt=0, inclusion__lte=1),
                name="item_inclusion",
            ),
        ]
        indexes = [
            models.Index(fields=["queue", "seq"], name="item_by_seq"),
            models.Index(fields=["queue", "status", "seq"], name="item_by_status"),
            models.Index(
                fields=["queue", "seq"],
                condition=models.Q(removed_at=None, kind="normal") & ~models.Q(status="completed"),
                name="item_open",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_erased(self) -> bool:
        """A person's data was erased: nothing is left to judge."""
        return "erased_at" in self.snapshot


class ItemOpened(models.Model):
    """Who has seen others' answers on an item: gets no slot of it again, in any round."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="opened")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="item_opened_unique")]


class TraceOpened(models.Model):
    """Who has seen what others judged of a trace without a queue: as if they had opened its items,
    those also that are added later.
    """

    trace = models.ForeignKey(Trace, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trace", "user"], name="trace_opened_unique")
        ]
