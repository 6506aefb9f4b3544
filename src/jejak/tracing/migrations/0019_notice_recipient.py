"""Keep of whom a notice went to a keyed hash, so that what follows goes to nobody else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0018_follow_up_worked_out_for")]

    operations = [
        migrations.AddField("notice", "recipient_key", models.BinaryField(editable=False, null=True)),
    ]
