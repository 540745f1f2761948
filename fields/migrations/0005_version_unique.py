"""Of a field's versions at most one is offered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fields", "0004_ranking_kind")]
    operations = [
        migrations.AddConstraint(
            model_name="field",
            constraint=models.UniqueConstraint(
                fields=["lineage"],
                condition=models.Q(archived_at=None),
                name="field_version_unique",
            ),
        ),
    ]
