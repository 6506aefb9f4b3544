"""Let officers enter what a contact says is wrong with a stay, and take a correction back."""

from typing import Final

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q, Value

USER: Final = settings.AUTH_USER_MODEL
PROTECT: Final = django.db.models.deletion.PROTECT

DROP_CONTACTS: Final = """
-- Contacts with everything that hangs on them; called by the functions that forget alone.
create or replace function tracing_drop_contacts(gone bigint[]) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    dropped bigint;
begin
    delete from public.tracing_notice_dispute d using public.tracing_notice n
    where n.id = d.notice_id and n.contact_id = any(gone);
    %sdelete from public.tracing_notice where contact_id = any(gone);
    delete from public.tracing_assessment a using public.tracing_follow_up f
    where f.id = a.follow_up_id and f.contact_id = any(gone);
    delete from public.tracing_follow_up where contact_id = any(gone);
    delete from public.tracing_onward where contact_id = any(gone);
    delete from public.tracing_exposure where contact_id = any(gone);
    delete from public.tracing_contact_event where contact_id = any(gone);
    delete from public.tracing_contact where id = any(gone);
    get diagnostics dropped = row_count;
    return dropped;
end
$$;
"""
ENTERED: Final = "delete from public.tracing_notice_dispute where contact_id = any(gone);\n    "


class Migration(migrations.Migration):
    dependencies = [("tracing", "0019_notice_recipient"), migrations.swappable_dependency(USER)]

    operations = [
        migrations.AlterField(
            "noticedispute",
            "notice",
            models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="disputes", to="tracing.notice"),
        ),
        migrations.AddField(
            "noticedispute",
            "contact",
            models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="disputes", to="tracing.contact"),
        ),
        migrations.AddField(
            "noticedispute",
            "entered_by",
            models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=USER),
        ),
        migrations.AddField(
            "noticedispute",
            "named",
            models.JSONField(blank=True, db_default=Value([], models.JSONField()), default=list),
        ),
        migrations.AddField("noticedispute", "undone_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "noticedispute",
            "undone_by",
            models.ForeignKey(blank=True, null=True, on_delete=PROTECT, related_name="+", to=USER),
        ),
        migrations.AddField("noticedispute", "undone_sealed", models.BinaryField(editable=False, null=True)),
        migrations.AddConstraint(
            "noticedispute",
            models.UniqueConstraint(
                condition=Q(decided_at=None),
                fields=["contact", "exposure", "stay"],
                name="notice_dispute_entered_once",
            ),
        ),
        migrations.AddConstraint(
            "noticedispute",
            models.CheckConstraint(
                condition=Q(notice__isnull=False, contact=None, entered_by=None)
                | Q(notice=None, contact__isnull=False, entered_by__isnull=False),
                name="notice_dispute_from_somebody",
            ),
        ),
        migrations.AddConstraint(
            "noticedispute",
            models.CheckConstraint(
                condition=Q(entered_by=None) | Q(decided_by=None) | ~Q(decided_by=F("entered_by")),
                name="notice_dispute_by_another",
            ),
        ),
        migrations.AddConstraint(
            "noticedispute",
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, outcome="corrected"),
                name="notice_dispute_undone_once_corrected",
            ),
        ),
        migrations.RunSQL(DROP_CONTACTS % ENTERED, DROP_CONTACTS % ""),
    ]
