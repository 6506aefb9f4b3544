"""Who texted and which addresses tried codes are forgotten in time; a sender would keep an idle person for ever."""

from typing import Final

from django.db import migrations

PAST: Final = {
    "senders": "entrance_sender where written_at < before",
    "attempts": "entrance_attempt where minute < before",
}
"""By the end of a function's name, which rows are past their time."""

FUNCTION: Final = """
create function entrance_forget_{name}(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    gone bigint;
begin
    if before is null or before > now() - interval '1 day' then
        raise exception 'entrance_forget_{name}: % is not a day ago', before using errcode = 'invalid_parameter_value';
    end if;
    delete from public.{past};
    get diagnostics gone = row_count;
    return gone;
end
$$;
revoke all on function entrance_forget_{name}(timestamptz) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("entrance", "0004_last_text")]

    operations = [
        migrations.RunSQL(FUNCTION.format(name=name, past=past), f"drop function entrance_forget_{name}(timestamptz);")
        for name, past in PAST.items()
    ]
