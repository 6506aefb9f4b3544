"""Keep on a line of the work list that its person became a case; read a list by the last exposure off an index."""

from django.db import migrations, models
from django.db.models import Q

MARK = """
update tracing_contact c
set became_case = true, work = 'done', version = c.version + 1
where c.closed_at is null and exists (
    select from tracing_case k
    where k.person_id = c.person_id and k.disease = c.disease
        and k.closed_at is null and k.classification <> 'discarded'
)
"""


class Migration(migrations.Migration):
    dependencies = [("tracing", "0020_disputes_entered")]

    operations = [
        migrations.AddField("contact", "became_case", models.BooleanField(db_default=False, default=False)),
        migrations.AddIndex(
            "contact",
            models.Index(name="tracing_contact_last", fields=["agency", "work", "-last"], condition=Q(closed_at=None)),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
