"""Inputs, outputs and events keep the order of keys that they came with, which jsonb sorts."""

from django.db import migrations

import annotate_site.json_field

# In one statement, as each would write the whole table anew. A new type forgets the compression.
JSON = """
set local statement_timeout = 0; set local lock_timeout = 0;
alter table traces_span
  alter column inputs type json using inputs::json,
  alter column outputs type json using outputs::json,
  alter column events type json using events::json;
do $$ begin
  alter table traces_span alter column inputs set compression lz4;
  alter table traces_span alter column outputs set compression lz4;
exception when feature_not_supported or invalid_parameter_value then null; end $$;
"""
JSONB = """
alter table traces_span
  alter column inputs type jsonb using inputs::jsonb,
  alter column outputs type jsonb using outputs::jsonb,
  alter column events type jsonb using events::jsonb;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("traces", "0002_name_in_the_indexes_of_the_list"),
        ("queues", "0002_snapshots"),
    ]
    operations = [
        migrations.RunSQL(
            JSON,
            JSONB,
            state_operations=[
                migrations.AlterField(
                    "span", "inputs", annotate_site.json_field.OrderedJSONField(default=dict)
                ),
                migrations.AlterField(
                    "span", "outputs", annotate_site.json_field.OrderedJSONField(default=dict)
                ),
                migrations.AlterField(
                    "span", "events", annotate_site.json_field.OrderedJSONField(default=list)
                ),
            ],
        )
    ]
