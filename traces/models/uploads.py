"""Files of traces, and what of them was refused."""

from functools import partial

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from annotate_site.projects.models import Job, Project, User


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
        """With what was wrong with its rows, and its name; the file goes once this is committed."""
        if self.job:
            self.job.errors.all().delete()
            Job.objects.filter(pk=self.job.pk).update(title="Import of a file that was deleted")
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
