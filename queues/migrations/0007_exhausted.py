from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("queues", "0006_repeats")]

    operations = [
        migrations.RenameField("queuemember", "lapped_at", "exhausted_at"),
        migrations.RenameField("queuemember", "lapped_seq", "exhausted_seq"),
    ]
