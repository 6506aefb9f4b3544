"""A citizen's account that speaks for nobody any more ends, and forgets its number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0012_forget_unused_requests"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="user",
            name="access_user_signs_in_one_way",
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("email", None),
                        ("kind", "citizen"),
                        ("phone_key__isnull", False),
                        ("phone_sealed__isnull", False),
                    ),
                    models.Q(
                        ("email", None),
                        ("is_active", False),
                        ("kind", "citizen"),
                        ("left_at__isnull", False),
                        ("phone_key", None),
                        ("phone_sealed", None),
                    ),
                    models.Q(
                        models.Q(("kind", "citizen"), _negated=True), ("email__isnull", False), ("phone_key", None)
                    ),
                    _connector="OR",
                ),
                name="access_user_signs_in_one_way",
            ),
        ),
    ]
