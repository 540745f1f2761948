from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # as indexes that are made while people write need

    dependencies = [("traces", "0018_refused_rows")]

    operations = [
        # A large site takes longer than a page may.
        migrations.RunSQL("set statement_timeout = 0; set lock_timeout = 0", ""),
        AddIndexConcurrently(
            model_name="tracefeedback",
            index=models.Index(
                fields=["project", "lineage", "-start", "-trace"],
                include=("queue_id", "source_kind"),
                name="feedback_shown",
            ),
        ),
        AddIndexConcurrently(
            model_name="tracequeue",
            index=models.Index(
                condition=models.Q(("state", "completed"), _negated=True),
                fields=["project", "trace"],
                name="trace_queue_unfinished",
            ),
        ),
        RemoveIndexConcurrently(model_name="tracefeedback", name="feedback_list"),
        migrations.RunSQL("reset statement_timeout; reset lock_timeout", ""),
    ]
