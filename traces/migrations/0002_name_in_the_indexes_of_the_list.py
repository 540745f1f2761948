from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # as indexes that are made while people write need

    dependencies = [("traces", "0001_initial")]

    operations = [
        # A large site takes longer than a page may.
        migrations.RunSQL("set statement_timeout = 0; set lock_timeout = 0", ""),
        AddIndexConcurrently(
            model_name="trace",
            index=models.Index(
                fields=["project", "-start", "-id"], include=("name",), name="trace_list"
            ),
        ),
        AddIndexConcurrently(
            model_name="trace",
            index=models.Index(
                fields=["project", "status", "-start", "-id"],
                include=("name",),
                name="trace_list_status",
            ),
        ),
        RemoveIndexConcurrently(model_name="trace", name="trace_by_start"),
        RemoveIndexConcurrently(model_name="trace", name="trace_by_status"),
        migrations.RunSQL("reset statement_timeout; reset lock_timeout", ""),
    ]
