"""When a row of the trail goes, the salt of its leaf goes too: the hash stays and opens to nothing."""

from django.db import migrations

SQL = """
create or replace function trail_forget(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    forgotten bigint;
begin
    if before is null or before > now() - interval '90 days' then
        raise exception 'trail_forget: % is not 90 days ago', before using errcode = 'invalid_parameter_value';
    end if;
    update public.trail_leaf l set salt = null
    from public.trail_entry e where l.part = 0 and l.row = e.id and e.at < before;
    update public.trail_leaf l set salt = null
    from public.trail_subject s join public.trail_entry e on e.id = s.entry_id
    where l.part = 1 and l.row = s.id and e.at < before;
    delete from public.trail_question q using public.trail_entry e where e.id = q.entry_id and e.at < before;
    delete from public.trail_subject s using public.trail_entry e where e.id = s.entry_id and e.at < before;
    delete from public.trail_entry where at < before;
    get diagnostics forgotten = row_count;
    return forgotten;
end
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0005_days")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
