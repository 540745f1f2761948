"""A field never changes: the last of three guards (form, action, database)."""

from django.db import migrations

IMMUTABLE = """
create function fields_field_is_final() returns trigger language plpgsql as $$
begin
  if (new.id, new.project_id, new.name, new.description, new.description_html, new.kind,
      new.settings, new.lineage, new.created_by_id, new.created_at)
     is distinct from
     (old.id, old.project_id, old.name, old.description, old.description_html, old.kind,
      old.settings, old.lineage, old.created_by_id, old.created_at) then
    raise exception 'a field never changes; make a new one' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger fields_field_final before update on fields_field
  for each row execute function fields_field_is_final();
"""
UNDO = """
drop trigger fields_field_final on fields_field;
drop function fields_field_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("fields", "0001_initial")]
    operations = [migrations.RunSQL(IMMUTABLE, UNDO)]
