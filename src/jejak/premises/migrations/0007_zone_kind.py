"""Say of each part of a premises whether it is a room, or a door that leads in or out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column with a default in the database, and its constraint; parts that are there already are rooms."""

    dependencies = [("premises", "0006_digest_is_sha256")]

    operations = [
        migrations.AddField("zone", "kind", models.TextField(db_default="room", default="room")),
        migrations.AddConstraint(
            model_name="zone",
            constraint=models.CheckConstraint(
                name="zone_kind_known", condition=models.Q(kind__in=("room", "entrance", "exit"))
            ),
        ),
    ]
