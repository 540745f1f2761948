"""Rules: a filter that feeds a queue by itself, and what each of its runs did."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from uuid_utils.compat import uuid7

from annotate_site.projects.models import Project, User

from .items import Batch
from .queues import Queue


class Rule(models.Model):
    """Looks once at each trace that arrives while it is on, and adds a share of those that match.

    `filter`: rows as `traces.filters` writes them; `display` what annotators see, as of a batch.
    `cap`: how many of its items the queue has at most; None for no limit. `since`: when it was
    turned on last; `place`: the last arrival it has looked at; `batch`: of what it adds now.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="rules")
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="rules")
    name = models.CharField(max_length=80)
    filter = models.JSONField(default=list)
    display = models.JSONField(default=dict)
    rate = models.FloatField(default=1.0)
    seed = models.CharField(max_length=40)
    cap = models.PositiveIntegerField(null=True, blank=True)
    enabled = models.BooleanField(default=True)
    since = models.DateTimeField(db_default=Now())
    place = models.BigIntegerField(default=0)
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint("queue", Lower("name"), name="rule_name_unique"),
            models.CheckConstraint(condition=Q(rate__gt=0, rate__lte=1), name="rule_rate"),
            models.CheckConstraint(condition=Q(cap=None) | Q(cap__gte=1), name="rule_cap"),
        ]

    def __str__(self) -> str:
        return self.name


class RuleRun(models.Model):
    """One run that looked at something: where each trace that it looked at ended.

    Not matching, not in the sample, in the queue already, removed from it by a person, beyond the
    cap, or passed over: the queue was archived or closed (`passed_over`).
    """

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="runs")
    at = models.DateTimeField(db_default=Now())
    looked = models.PositiveIntegerField()
    added = models.PositiveIntegerField(default=0)
    not_matching = models.PositiveIntegerField(default=0)
    not_drawn = models.PositiveIntegerField(default=0)
    there = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    over_cap = models.PositiveIntegerField(default=0)
    passed_over = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    looked=F("added")
                    + F("not_matching")
                    + F("not_drawn")
                    + F("there")
                    + F("removed")
                    + F("over_cap")
                    + F("passed_over")
                ),
                name="rule_run_adds_up",
            )
        ]
        indexes = [models.Index(fields=["rule", "-id"], name="rule_run_latest")]

    @property
    def others(self) -> str:
        """What was looked at and not added, in words."""
        words = (
            (self.not_matching, "did not match"), (self.not_drawn, "not drawn"),
            (self.there, "there already"), (self.removed, "removed by a person"),
            (self.over_cap, "beyond the limit"),
            (self.passed_over, "passed over: the queue was archived or closed"),
        )  # fmt: skip
        return ", ".join(f"{number:,} {word}" for number, word in words if number)
