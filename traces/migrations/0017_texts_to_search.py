from uuid import UUID

import django.db.models.deletion
from django.db import migrations, models

from traces.search_texts import fill_texts

BATCH = 200
KEY = """
alter table traces_tracetext add constraint traces_tracetext_trace_id_fk
foreign key (project_id, trace_id) references traces_trace (project_id, id)
on delete cascade deferrable initially deferred
"""


def fill_all(apps, schema_editor):
    """In steps, each a transaction of its own; begun again after an interruption, it is repeated."""
    Trace = apps.get_model("traces", "Trace")
    projects = apps.get_model("projects", "Project").objects.values_list("pk", flat=True)
    for project in projects:
        after = UUID(int=0)
        traces = Trace.objects.filter(project=project).order_by("pk").values_list("pk", flat=True)
        while some := list(traces.filter(pk__gt=after)[:BATCH]):
            fill_texts(project, some)
            after = some[-1]


class Migration(migrations.Migration):
    atomic = False  # each step of the filling is a transaction

    dependencies = [
        ("projects", "0007_api_tokens"),
        ("traces", "0016_log_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="TraceText",
            fields=[
                (
                    "trace",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="traces.trace",
                    ),
                ),
                ("input", models.TextField(blank=True)),
                ("output", models.TextField(blank=True)),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(KEY, migrations.RunSQL.noop),
        # A large site takes longer than a page may.
        migrations.RunSQL("set statement_timeout = 0", "reset statement_timeout"),
        migrations.RunPython(fill_all, migrations.RunPython.noop),
        migrations.RunSQL("reset statement_timeout", migrations.RunSQL.noop),
    ]
