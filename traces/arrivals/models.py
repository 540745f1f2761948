"""Rows of traces that have arrived in a project where somebody wants to look at them."""

from django.db import models

from annotate_site.projects.models import Project


class ArrivalWatch(models.Model):
    """There for a project while arrivals are noted in it."""

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True, related_name="+")


class TraceArrival(models.Model):
    """`arrived_at`: when spans of the trace came last; `place` once it has been quiet."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    # The database deletes it with its trace, by a key that migration 0014 writes.
    trace = models.ForeignKey(
        "traces.Trace", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    arrived_at = models.DateTimeField()
    place = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "trace"], name="trace_arrival_unique")
        ]
        indexes = [
            models.Index(
                fields=["project", "arrived_at"],
                condition=models.Q(place=None),
                name="trace_arrival_waiting",
            ),
            models.Index(
                fields=["project", "place"],
                condition=models.Q(place__isnull=False),
                name="trace_arrival_place",
            ),
        ]
