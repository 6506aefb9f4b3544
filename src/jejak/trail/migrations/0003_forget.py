"""The trail has its time too; only the retention role may end it."""

from django.db import migrations

SQL = """
create function trail_forget(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    forgotten bigint;
begin
    if before is null or before > now() - interval '90 days' then
        raise exception 'trail_forget: % is not 90 days ago', before using errcode = 'invalid_parameter_value';
    end if;
    delete from public.trail_subject s using public.trail_entry e where e.id = s.entry_id and e.at < before;
    delete from public.trail_entry where at < before;
    get diagnostics forgotten = row_count;
    return forgotten;
end
$$;
revoke all on function trail_forget(timestamptz) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_refusals")]

    operations = [migrations.RunSQL(SQL, "drop function trail_forget(timestamptz)")]
