from django.db import migrations, models


class Migration(migrations.Migration):
    """A score of a session is feedback on each of its traces. What inserts feedback has named no
    constraint since before this."""

    dependencies = [("traces", "0012_keeping")]

    operations = [
        migrations.AddConstraint(
            "tracefeedback",
            models.UniqueConstraint(fields=["score_id", "trace"], name="feedback_of_score"),
        ),
        migrations.AlterField("tracefeedback", "score_id", models.BigIntegerField()),
    ]
