import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """The id of a session may be longer than that of a trace."""

    dependencies = [("queues", "0011_trace_opened")]

    operations = [
        migrations.AlterField("item", "source_key", models.CharField(max_length=200)),
        migrations.AlterField(
            "batch",
            "not_found",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=200), default=list
            ),
        ),
    ]
