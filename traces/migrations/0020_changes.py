"""How often the spans of a trace have changed, for what was made from it before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("traces", "0019_indexes_of_what_is_shown")]

    operations = [
        migrations.AddField(
            model_name="trace",
            name="changes",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
