"""Requests go after what was done with them: one that a manifest names stays as long as that."""

from django.db import migrations

SQL = """
create or replace function access_forget_requests(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    gone bigint;
begin
    if before is null or before > now() - interval '1 day' then
        raise exception 'access_forget_requests: % is not a day ago', before using errcode = 'invalid_parameter_value';
    end if;
    delete from public.access_request r
    where coalesce(r.used_at, r.decided_at, r.expires_at) < before and r.expires_at < before
        and not exists (select from public.access_export e where e.request_id = r.id);
    get diagnostics gone = row_count;
    return gone;
end
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0011_signed_out")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
