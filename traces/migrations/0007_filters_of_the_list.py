from uuid import UUID

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from traces.attribute_rows import fill_attributes

BATCH = 500


def fill_all(apps, schema_editor):
    """In steps, each a transaction of its own; begun again after an interruption, it is repeated."""
    Trace = apps.get_model("traces", "Trace")
    projects = apps.get_model("projects", "Project").objects.values_list("pk", flat=True)
    for project in projects:
        after = UUID(int=0)
        traces = Trace.objects.filter(project=project).order_by("pk").values_list("pk", flat=True)
        while some := list(traces.filter(pk__gt=after)[:BATCH]):
            fill_attributes(project, some)
            after = some[-1]


class Migration(migrations.Migration):
    atomic = False  # as indexes that are made while people write need

    dependencies = [("traces", "0006_attributes_as_rows")]

    operations = [
        # A large site takes longer than a page may.
        migrations.RunSQL("set statement_timeout = 0; set lock_timeout = 0", ""),
        AddIndexConcurrently(
            model_name="span",
            index=models.Index(fields=["project", "name", "trace"], name="span_by_name"),
        ),
        AddIndexConcurrently(
            model_name="span",
            index=models.Index(fields=["project", "kind", "trace"], name="span_by_kind"),
        ),
        AddIndexConcurrently(
            model_name="trace",
            index=models.Index(
                condition=~models.Q(session_id=""),
                fields=["project", "session_id", "-start", "-id"],
                name="trace_list_session",
            ),
        ),
        AddIndexConcurrently(
            model_name="trace",
            index=models.Index(
                condition=~models.Q(user_id=""),
                fields=["project", "user_id", "-start", "-id"],
                name="trace_list_user",
            ),
        ),
        migrations.RunPython(fill_all, migrations.RunPython.noop),
        migrations.RunSQL("reset statement_timeout; reset lock_timeout", ""),
    ]
