"""Keep for which day a follow-up was worked out, how long an earlier extension lasts, and who told of symptoms."""

from django.db import migrations, models
from django.db.models import F, Q

FILL = """
update tracing_follow_up f
set exposed_on = ((c.last - interval '1 microsecond') at time zone 'Asia/Kuala_Lumpur')::date
from tracing_contact c
where c.id = f.contact_id
"""


class Migration(migrations.Migration):
    dependencies = [("tracing", "0017_exposures_undisputed")]

    operations = [
        migrations.AddField("followup", "exposed_on", models.DateField(blank=True, null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddField("followup", "apart_until", models.DateField(blank=True, null=True)),
        migrations.AddField("followup", "symptoms_from", models.TextField(blank=True, db_default="", default="")),
        migrations.AddConstraint(
            "followup",
            models.CheckConstraint(
                condition=Q(symptoms_from__in=["", "contact", "document", "clinic"]),
                name="follow_up_symptoms_from_somebody",
            ),
        ),
        migrations.AddConstraint(
            "followup",
            models.CheckConstraint(
                condition=Q(apart_until=None) | Q(apart_until__lte=F("until")), name="follow_up_apart_within"
            ),
        ),
    ]
