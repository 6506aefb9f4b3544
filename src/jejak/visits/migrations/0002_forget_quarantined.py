"""Rows in quarantine are personal data too and go with their time; only the retention role may do it."""

from django.db import migrations

SQL = """
create function visits_forget_quarantined(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    forgotten bigint;
begin
    delete from public.visits_quarantined q
    using public.visits_import i
    where i.id = q.source_id and i.started_at < before;
    get diagnostics forgotten = row_count;
    return forgotten;
end
$$;
revoke all on function visits_forget_quarantined(timestamptz) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial")]

    operations = [migrations.RunSQL(SQL, "drop function visits_forget_quarantined(timestamptz)")]
