from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0007_api_tokens")]
    operations = [
        migrations.AddField(
            "project", "keep_traces", models.PositiveIntegerField(null=True, editable=False)
        )
    ]
