from django.db import migrations, models

# The line that at least half of the latest 200 items, and more than one, begin with.
FILL = """
update queues_queue q set repeated_line = found.preview
  from (select distinct on (queue_id) queue_id, preview, count(*) as times, total
          from (select queue_id, preview,
                       row_number() over (partition by queue_id order by seq desc) as place,
                       least(200, count(*) over (partition by queue_id)) as total
                  from queues_item where removed_at is null and kind = 'normal') latest
         where place <= 200 group by queue_id, preview, total
         order by queue_id, times desc) found
 where found.queue_id = q.id and found.times > 1 and 2 * found.times >= found.total
"""


class Migration(migrations.Migration):
    dependencies = [("queues", "0008_keys_in_order")]

    operations = [
        migrations.AddField(
            "queue",
            "repeated_line",
            models.CharField(blank=True, db_default="", editable=False, max_length=600),
        ),
        migrations.RunSQL(["set local statement_timeout = 0", FILL], migrations.RunSQL.noop),
    ]
