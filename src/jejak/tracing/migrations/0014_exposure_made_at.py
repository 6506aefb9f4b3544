"""Keep since when an exposure stands, so that a contact can be seen as known on a day.

Of those there are, it is when the contact's history says that the case exposed them so, else when the run found it.
"""

from django.db import migrations, models
from django.db.models.functions import Now

FILL = """
update tracing_exposure e
set made_at = coalesce(
    (
        select max(v.at) from tracing_contact_event v
        where v.contact_id = e.contact_id and v.facts @> jsonb_build_object('case', e.case_id)
            and v.kind in ('found', 'exposed-again', 'exposure-changed')
            and (e.ended_at is null or v.at < e.ended_at)
    ),
    (select c.done_at from tracing_run_case c where c.run_id = e.run_id and c.case_id = e.case_id),
    (select r.asked_at from tracing_run r where r.id = e.run_id),
    (select c.found_at from tracing_contact c where c.id = e.contact_id)
)
"""


class Migration(migrations.Migration):
    dependencies = [("tracing", "0013_exposures_by_case")]

    operations = [
        migrations.AddField("exposure", "made_at", models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("exposure", "made_at", models.DateTimeField(db_default=Now())),
    ]
