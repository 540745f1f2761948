"""What a file says of traces may wait as well, and no token has sent it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_waiting_scores")]

    operations = [
        migrations.AlterField(
            model_name="waitingscore",
            name="token",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="projects.apitoken",
            ),
        ),
    ]
