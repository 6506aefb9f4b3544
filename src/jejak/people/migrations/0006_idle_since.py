"""Since which night nothing keeps a claimed person, so that they do not go in the night of their last visit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_own_record")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="idle_since",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
    ]
