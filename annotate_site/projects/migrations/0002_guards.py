"""Events are only ever inserted; the table that throttles count in."""

from typing import Any

from django.core.management import call_command
from django.db import migrations

APPEND_ONLY = """
create function projects_event_is_final() returns trigger language plpgsql as $$
begin
  raise exception 'events are only inserted' using errcode = 'restrict_violation';
end $$;
create trigger projects_event_final before update or delete on projects_event
  for each row execute function projects_event_is_final();
"""
UNDO = """
drop trigger projects_event_final on projects_event;
drop function projects_event_is_final();
"""


def make_cache_table(apps: Any, schema_editor: Any) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, UNDO),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
