"""Files may be JSON as well, for programs of other health offices that read nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0014_one_row_an_entry"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="export", name="export_form_known"),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__in", ["csv", "json", "xlsx"])), name="export_form_known"
            ),
        ),
    ]
