import django.db.models.deletion
from django.db import migrations, models

UNIQUE = """
create unique index concurrently if not exists trace_of_project on traces_trace (project_id, id)
"""
CONSTRAINT = """
alter table traces_trace add constraint trace_of_project unique using index trace_of_project
"""
# A key of both columns is looked up by an index that starts with the project. The names of the
# keys that they replace were made by Django.
KEYS = """
do $$
declare one record;
begin
  for one in select conrelid::regclass as place, conname from pg_constraint
              where contype = 'f' and confrelid = 'traces_trace'::regclass
                and conrelid in ('traces_span'::regclass, 'traces_traceattribute'::regclass)
  loop
    execute format('alter table %s drop constraint %I', one.place, one.conname);
    execute format('alter table %s add constraint %I foreign key (project_id, trace_id)'
                   ' references traces_trace (project_id, id) on delete cascade'
                   ' deferrable initially deferred not valid', one.place, one.conname);
  end loop;
end $$
"""
CHECKED = """
do $$
declare one record;
begin
  for one in select conrelid::regclass as place, conname from pg_constraint
              where contype = 'f' and confrelid = 'traces_trace'::regclass and not convalidated
  loop
    execute format('alter table %s validate constraint %I', one.place, one.conname);
  end loop;
end $$
"""


def to_trace(related_name):
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name=related_name,
        to="traces.trace",
    )


class Migration(migrations.Migration):
    atomic = False  # as an index that is made while people write needs

    dependencies = [("traces", "0008_orders_of_the_list")]

    operations = [
        # A large site takes longer than a page may.
        migrations.RunSQL("set statement_timeout = 0; set lock_timeout = 0", ""),
        migrations.RunSQL(UNIQUE, "drop index if exists trace_of_project"),
        migrations.RunSQL(
            CONSTRAINT,
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AddConstraint(
                    model_name="trace",
                    constraint=models.UniqueConstraint(
                        fields=("project", "id"), name="trace_of_project"
                    ),
                )
            ],
        ),
        migrations.RunSQL(
            KEYS,
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AlterField("span", "trace", to_trace("spans")),
                migrations.AlterField("traceattribute", "trace", to_trace("+")),
            ],
        ),
        migrations.RunSQL(CHECKED, migrations.RunSQL.noop),
        migrations.RunSQL("reset statement_timeout; reset lock_timeout", ""),
    ]
