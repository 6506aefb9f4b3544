"""What was said and found of visits goes with them; only the retention role may delete it."""

from django.db import migrations

SQL = """
create function visits_forget_doubts(before timestamptz) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    disputes bigint;
    bursts bigint;
begin
    delete from public.visits_dispute where checked_in < before;
    get diagnostics disputes = row_count;
    delete from public.visits_burst where hour < before;
    get diagnostics bursts = row_count;
    delete from public.visits_judged where upto < before;
    return disputes + bursts;
end
$$;
revoke all on function visits_forget_doubts(timestamptz) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0003_doubts")]

    operations = [migrations.RunSQL(SQL, "drop function visits_forget_doubts(timestamptz)")]
