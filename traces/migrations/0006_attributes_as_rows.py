import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0006_outbox_done"),
        ("traces", "0005_datasets"),
    ]

    operations = [
        migrations.CreateModel(
            name="TraceAttribute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=200)),
                ("value", models.CharField(blank=True, max_length=200)),
                ("number", models.FloatField(null=True)),
                ("start", models.DateTimeField()),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "trace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="traces.trace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["project", "path", "value", "-start", "-trace"],
                        name="trace_attribute_list",
                    ),
                    models.Index(fields=["project", "trace", "path"], name="trace_attribute_trace"),
                ],
            },
        ),
    ]
