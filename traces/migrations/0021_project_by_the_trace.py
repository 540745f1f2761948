"""Rows of a trace name its project by one key with the trace: a key of the project alone checked
the same again for each row.
"""

import django.db.models.deletion
from django.db import migrations, models


def without_key(model):
    return migrations.AlterField(
        model_name=model,
        name="project",
        field=models.ForeignKey(
            db_constraint=False,
            db_index=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to="projects.project",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("traces", "0020_changes")]

    operations = [without_key("span"), without_key("traceattribute"), without_key("tracetext")]
