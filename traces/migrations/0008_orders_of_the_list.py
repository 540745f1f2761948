from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Coalesce

TOKENS = Coalesce(
    F("tokens_in") + F("tokens_out"),
    "tokens_in",
    "tokens_out",
    -1,
    output_field=models.BigIntegerField(),
)


class Migration(migrations.Migration):
    atomic = False  # as indexes that are made while people write need

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("projects", "0007_api_tokens"),
        ("traces", "0007_filters_of_the_list"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChosenColumns",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("columns", models.JSONField()),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "user"), name="chosen_columns_unique"
                    )
                ],
            },
        ),
        # A large site takes longer than a page may.
        migrations.RunSQL("set statement_timeout = 0; set lock_timeout = 0", ""),
        AddIndexConcurrently(
            model_name="trace",
            index=models.Index(fields=["project", "name", "id"], name="trace_list_name"),
        ),
        AddIndexConcurrently(
            model_name="trace",
            index=models.Index(
                F("project"), Coalesce("latency", -1), F("id"), name="trace_list_latency"
            ),
        ),
        AddIndexConcurrently(
            model_name="trace",
            index=models.Index(F("project"), TOKENS, F("id"), name="trace_list_tokens"),
        ),
        AddIndexConcurrently(
            model_name="trace",
            index=models.Index(
                F("project"), Coalesce("cost", Decimal(-1)), F("id"), name="trace_list_cost"
            ),
        ),
        migrations.RunSQL("reset statement_timeout; reset lock_timeout", ""),
    ]
