"""The rows of old files of premises go; what the file was called and how many rows it had stays."""

from django.db import migrations

SQL = """
create function premises_forget_rows(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    gone bigint;
begin
    if before is null or before > now() - interval '1 day' then
        raise exception 'premises_forget_rows: % is not a day ago', before using errcode = 'invalid_parameter_value';
    end if;
    delete from public.premises_importrow r using public.premises_import i
    where i.id = r.source_id and coalesce(i.finished_at, i.confirmed_at, i.previewed_at) < before;
    get diagnostics gone = row_count;
    return gone;
end
$$;
revoke all on function premises_forget_rows(timestamptz) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("premises", "0008_poster_retired_why")]

    operations = [migrations.RunSQL(SQL, "drop function premises_forget_rows(timestamptz);")]
