"""Let the index that holds an exposure once find those of a case: the list of a run reads them case by case."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tracing", "0012_once_for_an_office")]

    operations = [
        migrations.RemoveConstraint("exposure", "exposure_once"),
        migrations.AddConstraint(
            "exposure",
            models.UniqueConstraint(name="exposure_once", fields=["case", "contact"], condition=Q(ended_at=None)),
        ),
    ]
