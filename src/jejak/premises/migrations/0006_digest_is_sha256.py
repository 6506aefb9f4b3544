"""Refuse a digest of an old code that is not a SHA-256."""

import django.db.models.functions
from django.db import migrations, models

models.BinaryField.register_lookup(django.db.models.functions.Length)


class Migration(migrations.Migration):
    """One constraint."""

    dependencies = [("premises", "0005_empty_by_default")]

    operations = [
        migrations.AddConstraint(
            model_name="alias",
            constraint=models.CheckConstraint(name="alias_digest_is_sha256", condition=models.Q(digest__length=32)),
        ),
    ]
