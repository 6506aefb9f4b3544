"""Reports say which office handles their cases, when their sender agreed, and what was not read."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0012_forget_unused_requests"),
        ("tracing", "0001_cases"),
    ]

    operations = [
        migrations.AddField(
            model_name="report", name="confirmed_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(model_name="report", name="ignored", field=models.JSONField(blank=True, default=list)),
        migrations.AddField(  # no report was ever made before, so none needs a value
            model_name="report",
            name="office",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.agency"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("finished_at", None), ("confirmed_at__isnull", False), _connector="OR"),
                name="report_finished_once_agreed",
            ),
        ),
    ]
