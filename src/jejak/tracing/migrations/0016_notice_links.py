"""Let the links of notices be random to the last bit, so that nobody's leads to a neighbour's."""

from uuid import uuid4

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0015_notice_names")]

    operations = [
        migrations.AlterField("notice", "uuid", models.UUIDField(default=uuid4, editable=False, unique=True)),
    ]
