"""Datasets: versions that never change, over rows that several versions share.

A version is a list of places, each with a row; so a version of 100,000 rows copies no content.
Versions, rows and places are only inserted: the database refuses everything else, but for an
erasure, and for rows that never came to be in a version.
"""

from django.db import models
from django.db.models.functions import Lower, Now
from uuid_utils.compat import uuid7

from annotate_site.json_field import OrderedJSONField
from annotate_site.projects.models import Project, User

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 2000
LONGEST_NOTE = 500


class DatasetQuerySet(models.QuerySet["Dataset"]):
    def offered(self) -> "DatasetQuerySet":
        """Not archived: what rows can be added to."""
        return self.filter(archived_at=None)


class Dataset(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="datasets", db_index=False)
    name = models.CharField(max_length=LONGEST_NAME)
    description = models.TextField(blank=True, max_length=LONGEST_DESCRIPTION)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("project", Lower("name"), name="dataset_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class DatasetVersion(models.Model):
    """`digest`: of the digests of its rows in their order; see `digests.py`.

    `added`, `changed`, `removed`: against the version before. `rows`: how many it has.
    """

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    rows = models.PositiveIntegerField()
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="dataset_version_unique")
        ]


class DatasetRow(models.Model):
    """`source`: what the row was made from, `trace:<id>` or `item:<id>`; once in each version.

    `annotations`: {column: value}, each a column of a table. What follows is where the row is from,
    as plain ids: it stays when a trace or a queue is deleted. `digest` covers source and content,
    until an erasure (`erased_at`) takes the content away and leaves the digest.
    """

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="rows", db_index=False)
    source = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    inputs = OrderedJSONField(default=dict)
    outputs = OrderedJSONField(default=dict)
    expected = OrderedJSONField(default=dict)
    annotations = OrderedJSONField(default=dict)
    preview = models.CharField(max_length=600, blank=True)
    trace = models.UUIDField(null=True)
    trace_id = models.CharField(max_length=128, blank=True)
    span_id = models.CharField(max_length=64, blank=True)
    queue = models.UUIDField(null=True)
    item = models.UUIDField(null=True)
    round = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "digest"], name="dataset_row_unique")
        ]
        indexes = [models.Index(fields=["dataset", "source"], name="dataset_row_source")]


class DatasetPlace(models.Model):
    """A row in a version, at the places 1, 2, 3 ... without a gap."""

    version = models.ForeignKey(
        DatasetVersion, models.PROTECT, related_name="places", db_index=False
    )
    place = models.PositiveIntegerField()
    row = models.ForeignKey(DatasetRow, models.PROTECT, related_name="places", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "place"], include=["row"], name="dataset_place_unique"
            ),
            models.UniqueConstraint(fields=["version", "row"], name="dataset_place_row"),
        ]
        indexes = [models.Index(fields=["row"], name="dataset_place_of_row")]


class DatasetAddition(models.Model):
    """One act of adding: who, when, which filter, which columns, and what it did.

    Its rows wait until all of them are there, and become one version.
    """

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="additions")
    version = models.OneToOneField(
        DatasetVersion, models.PROTECT, null=True, related_name="addition"
    )
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    filter = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    found = models.PositiveIntegerField(default=0)
    not_found = models.PositiveIntegerField(default=0)


class DatasetAdditionRow(models.Model):
    """A row that waits for its version, in the order of adding."""

    addition = models.ForeignKey(
        DatasetAddition, models.CASCADE, related_name="waiting", db_index=False
    )
    row = models.ForeignKey(DatasetRow, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["addition", "row"], name="dataset_addition_row")
        ]
