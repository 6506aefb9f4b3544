"""Say of a withdrawn poster that another premises took its old code over, or that an officer released the code."""

from django.db import migrations, models
from django.db.models.functions import Length

models.TextField.register_lookup(Length)


class Migration(migrations.Migration):
    """Two columns with a default in the database, and what must hold between them."""

    dependencies = [("premises", "0007_zone_kind")]

    operations = [
        migrations.AddField("poster", "retired_why", models.TextField(blank=True, db_default="", default="")),
        migrations.AddField("poster", "retired_reason", models.TextField(blank=True, db_default="", default="")),
        migrations.AddConstraint(
            model_name="poster",
            constraint=models.CheckConstraint(
                name="poster_retired_why_fits",
                condition=models.Q(retired_why="", retired_reason="")
                | models.Q(retired_why="taken-over", retired_reason="", retired_at__isnull=False)
                | models.Q(retired_why="released", retired_reason__length__range=(1, 500), retired_at__isnull=False),
            ),
        ),
    ]
