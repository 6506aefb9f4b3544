"""Invitations to take over a premises hold an e-mail address; ended ones go."""

from django.db import migrations

SQL = """
create function premises_forget_invitations(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    gone bigint;
begin
    if before is null or before > now() - interval '1 day' then
        raise exception 'premises_forget_invitations: % is not a day ago', before
            using errcode = 'invalid_parameter_value';
    end if;
    delete from public.premises_invitation where coalesce(accepted_at, withdrawn_at, expires_at) < before;
    get diagnostics gone = row_count;
    return gone;
end
$$;
revoke all on function premises_forget_invitations(timestamptz) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("premises", "0009_forget_rows")]

    operations = [migrations.RunSQL(SQL, "drop function premises_forget_invitations(timestamptz);")]
