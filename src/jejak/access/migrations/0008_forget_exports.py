"""Manifests and times on call have their time too; only the retention role may end it."""

from django.db import migrations

SQL = """
create function access_forget_exports(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    gone bigint;
begin
    if before is null or before > now() - interval '90 days' then
        raise exception 'access_forget_exports: % is not 90 days ago', before
            using errcode = 'invalid_parameter_value';
    end if;
    delete from public.access_duty where ends_at < before;
    delete from public.access_export where made_at < before;
    get diagnostics gone = row_count;
    return gone;
end
$$;
revoke all on function access_forget_exports(timestamptz) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0007_exports")]

    operations = [migrations.RunSQL(SQL, "drop function access_forget_exports(timestamptz)")]
