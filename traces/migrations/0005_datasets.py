"""Datasets; their versions, rows and places are only inserted."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import annotate_site.json_field

TABLES = ("traces_datasetversion", "traces_datasetrow", "traces_datasetplace")
FINAL = "".join(
    f"""
create trigger {table}_final before update or delete on {table}
  for each row execute function traces_dataset_is_final();
"""
    for table in TABLES
)
GUARD = f"""
create function traces_dataset_is_final() returns trigger language plpgsql as $$
begin
  raise exception 'a version of a dataset never changes; make a new one'
    using errcode = 'restrict_violation';
end $$;
{FINAL}
do $$ begin
  alter table traces_datasetrow alter column inputs set compression lz4;
  alter table traces_datasetrow alter column outputs set compression lz4;
  alter table traces_datasetrow alter column expected set compression lz4;
exception when feature_not_supported or invalid_parameter_value then null; end $$;
"""
UNDO = (
    "".join(f"drop trigger {table}_final on {table};" for table in TABLES)
    + "drop function traces_dataset_is_final();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0006_outbox_done"),
        ("traces", "0004_model_and_tokens_of_spans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Dataset",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True, max_length=2000)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="datasets",
                        to="projects.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DatasetAddition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("filter", models.JSONField(default=dict)),
                ("columns", models.JSONField(default=dict)),
                ("found", models.PositiveIntegerField(default=0)),
                ("not_found", models.PositiveIntegerField(default=0)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="additions",
                        to="traces.dataset",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DatasetRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("inputs", annotate_site.json_field.OrderedJSONField(default=dict)),
                ("outputs", annotate_site.json_field.OrderedJSONField(default=dict)),
                ("expected", annotate_site.json_field.OrderedJSONField(default=dict)),
                ("annotations", annotate_site.json_field.OrderedJSONField(default=dict)),
                ("preview", models.CharField(blank=True, max_length=600)),
                ("trace", models.UUIDField(null=True)),
                ("trace_id", models.CharField(blank=True, max_length=128)),
                ("span_id", models.CharField(blank=True, max_length=64)),
                ("queue", models.UUIDField(null=True)),
                ("item", models.UUIDField(null=True)),
                ("round", models.PositiveIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="traces.dataset",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DatasetAdditionRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "addition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting",
                        to="traces.datasetaddition",
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="traces.datasetrow",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DatasetVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("rows", models.PositiveIntegerField()),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("removed", models.PositiveIntegerField(default=0)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="traces.dataset",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DatasetPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                (
                    "row",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="traces.datasetrow",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="traces.datasetversion",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="datasetaddition",
            name="version",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="addition",
                to="traces.datasetversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="dataset",
            constraint=models.UniqueConstraint(
                models.F("project"),
                django.db.models.functions.text.Lower("name"),
                name="dataset_name_unique",
            ),
        ),
        migrations.AddIndex(
            model_name="datasetrow",
            index=models.Index(fields=["dataset", "source"], name="dataset_row_source"),
        ),
        migrations.AddConstraint(
            model_name="datasetrow",
            constraint=models.UniqueConstraint(
                fields=("dataset", "digest"), name="dataset_row_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="datasetadditionrow",
            constraint=models.UniqueConstraint(
                fields=("addition", "row"), name="dataset_addition_row"
            ),
        ),
        migrations.AddConstraint(
            model_name="datasetversion",
            constraint=models.UniqueConstraint(
                fields=("dataset", "number"), name="dataset_version_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="datasetplace",
            constraint=models.UniqueConstraint(
                fields=("version", "place"), include=("row",), name="dataset_place_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="datasetplace",
            constraint=models.UniqueConstraint(fields=("version", "row"), name="dataset_place_row"),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
