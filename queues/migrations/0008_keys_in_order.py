"""Snapshots keep the order of keys that they were made with, which jsonb sorts.

The text of those that are there stays as it is, and with it their hash.
"""

from django.db import migrations

import annotate_site.json_field

TRIGGER = """
create trigger queues_item_frozen before update of snapshot, snapshot_hash on queues_item
  for each row when ((old.snapshot{as_text}, old.snapshot_hash) is distinct from
                     (new.snapshot{as_text}, new.snapshot_hash))
  execute function queues_item_is_frozen();
"""
# json has no equality; a new type forgets the compression.
JSON = f"""
set local statement_timeout = 0; set local lock_timeout = 0;
drop trigger queues_item_frozen on queues_item;
alter table queues_item alter column snapshot type json using snapshot::json;
{TRIGGER.format(as_text="::text")}
do $$ begin
  alter table queues_item alter column snapshot set compression lz4;
exception when feature_not_supported or invalid_parameter_value then null; end $$;
"""
JSONB = f"""
drop trigger queues_item_frozen on queues_item;
alter table queues_item alter column snapshot type jsonb using snapshot::jsonb;
{TRIGGER.format(as_text="")}
"""


class Migration(migrations.Migration):
    dependencies = [("queues", "0007_exhausted")]
    operations = [
        migrations.RunSQL(
            JSON,
            JSONB,
            state_operations=[
                migrations.AlterField(
                    "item", "snapshot", annotate_site.json_field.OrderedJSONField(default=dict)
                )
            ],
        )
    ]
