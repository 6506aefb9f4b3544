"""Keep on a notice that its message did not arrive."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0021_became_case")]

    operations = [
        migrations.AddField("notice", "lost", models.TextField(blank=True, db_default="", default="")),
    ]
