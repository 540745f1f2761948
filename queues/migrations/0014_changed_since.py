"""Items know as of which change of their source they are; those from before do not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queues", "0013_rules"), ("traces", "0020_changes")]

    operations = [
        migrations.AddField(
            model_name="item",
            name="source_changes",
            field=models.BigIntegerField(null=True),
        ),
    ]
