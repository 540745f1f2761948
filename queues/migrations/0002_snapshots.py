"""Snapshots never change, except for an erasure, which says so for its transaction."""

from django.db import migrations

FROZEN = """
create function queues_item_is_frozen() returns trigger language plpgsql as $$
begin
  if current_setting('annotate.erasing', true) is distinct from 'on' then
    raise exception 'a snapshot never changes' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger queues_item_frozen before update of snapshot, snapshot_hash on queues_item
  for each row when ((old.snapshot, old.snapshot_hash) is distinct from
                     (new.snapshot, new.snapshot_hash))
  execute function queues_item_is_frozen();
"""
UNDO = """
drop trigger queues_item_frozen on queues_item;
drop function queues_item_is_frozen();
"""
# lz4 copies large JSON two to three times faster than pglz; not every build offers it.
LZ4 = """
do $$ begin
  alter table queues_item alter column snapshot set compression lz4;
  alter table traces_span alter column inputs set compression lz4;
  alter table traces_span alter column outputs set compression lz4;
exception when feature_not_supported or invalid_parameter_value then null; end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("queues", "0001_initial"), ("traces", "0001_initial")]
    operations = [
        migrations.RunSQL(FROZEN, UNDO),
        migrations.RunSQL(LZ4, migrations.RunSQL.noop),
    ]
