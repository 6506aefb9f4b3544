"""Codes, bindings, invitations, requests and alerts have their time too; only the retention role may end it."""

from typing import Final

from django.db import migrations

PAST: Final = {
    "bindcodes": "access_bindcode where shown_at < before",
    "bindings": "access_bound where ended_at < before",
    "invitations": "access_invitation where coalesce(accepted_at, withdrawn_at, expires_at) < before",
    "requests": "access_request where coalesce(used_at, decided_at, expires_at) < before and expires_at < before",
    "alerts": "access_alert where looked_at < before",
}
"""By the end of a function's name, which rows are past their time."""

FUNCTION: Final = """
create function access_forget_{name}(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    gone bigint;
begin
    if before is null or before > now() - interval '1 day' then
        raise exception 'access_forget_{name}: % is not a day ago', before using errcode = 'invalid_parameter_value';
    end if;
    delete from public.{past};
    get diagnostics gone = row_count;
    return gone;
end
$$;
revoke all on function access_forget_{name}(timestamptz) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0005_alerts")]

    operations = [
        migrations.RunSQL(FUNCTION.format(name=name, past=past), f"drop function access_forget_{name}(timestamptz);")
        for name, past in PAST.items()
    ]
