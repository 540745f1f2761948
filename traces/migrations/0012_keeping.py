"""Traces are found by their arrival; what an erasure, and the end of what failed, do to datasets."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# A row that no version has was left by an addition that failed.
GUARD = """
create or replace function traces_dataset_is_final() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'traces_datasetrow' then
    if tg_op = 'UPDATE' and current_setting('annotate.erasing', true) = 'on' then
      return new;
    end if;
    if tg_op = 'DELETE' and not exists (
       select 1 from traces_datasetplace where row_id = old.id) then
      return old;
    end if;
  end if;
  raise exception 'a version of a dataset never changes; make a new one'
    using errcode = 'restrict_violation';
end $$;
"""
BEFORE = """
create or replace function traces_dataset_is_final() returns trigger language plpgsql as $$
begin
  raise exception 'a version of a dataset never changes; make a new one'
    using errcode = 'restrict_violation';
end $$;
"""


class Migration(migrations.Migration):
    atomic = False  # as indexes that are made while people write need

    dependencies = [("traces", "0011_score_names")]

    operations = [
        # A large site takes longer than a page may.
        migrations.RunSQL("set statement_timeout = 0; set lock_timeout = 0", ""),
        migrations.AddField("datasetrow", "erased_at", models.DateTimeField(null=True)),
        AddIndexConcurrently(
            "trace", models.Index(fields=["project", "created_at"], name="trace_arrival")
        ),
        AddIndexConcurrently(
            "datasetplace", models.Index(fields=["row"], name="dataset_place_of_row")
        ),
        migrations.RunSQL(GUARD, BEFORE),
    ]
