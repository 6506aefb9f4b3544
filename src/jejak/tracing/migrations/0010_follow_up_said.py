"""What is known of whom is followed: from whom, until when an officer extended it, when they were last heard of."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("tracing", "0008_notices_held")]
    operations = [
        migrations.AddField("profile", "follow", models.SmallIntegerField(default=10)),
        migrations.AddField("followup", "facts_from", models.TextField(blank=True, default="")),
        migrations.AddField("followup", "extended_until", models.DateField(blank=True, null=True)),
        migrations.AddField("followup", "extended_apart", models.BooleanField(default=False)),
        migrations.AddField("followup", "heard_on", models.DateField(blank=True, null=True)),
        migrations.AddField("followup", "ill", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "profile",
            models.CheckConstraint(name="profile_follow_in_range", condition=Q(follow__range=(1, 28))),
        ),
        migrations.AddConstraint(
            "followup",
            models.CheckConstraint(
                name="follow_up_extended_within", condition=Q(extended_until=None) | Q(extended_until__lte=F("until"))
            ),
        ),
        migrations.AddConstraint(
            "followup",
            models.CheckConstraint(
                name="follow_up_facts_from_somebody",
                condition=Q(facts={}, facts_from="") | Q(facts_from__in=["contact", "document", "clinic"]),
            ),
        ),
    ]
