"""Persons at level claimed who have not been anywhere for as long as visits are kept go too, with their old cards."""

from django.db import migrations

SQL = """
-- Whoever another table refers to stays, so a room that comes later needs nothing here. ``before`` is past the last day
-- on which a token of theirs could still be used: tokens end with the visits.
create function visits_idle_persons(before timestamptz) returns setof bigint
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    wanted text := 'select p.id from public.people_person p where p.level = 0 and p.created_at < $1 '
        'and not exists (select from public.visits_visit v where v.person_id = p.id)';
    referring record;
begin
    for referring in
        select con.conrelid::regclass::text as referrer, att.attname as by_column
        from pg_constraint con
        join pg_attribute att on att.attrelid = con.conrelid and att.attnum = con.conkey[1]
        where con.contype = 'f' and con.confrelid = 'public.people_person'::regclass
    loop
        wanted := wanted || format(
            ' and not exists (select from %s r where r.%I = p.id)', referring.referrer, referring.by_column);
    end loop;
    return query execute wanted using before;
end
$$;

create function visits_past_cards(before timestamptz, unused timestamptz) returns setof bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select c.id from public.people_card c
    where c.ended_at < before
        or (c.issued_at < unused and not exists (
            select from public.visits_visit v where v.person_id = c.person_id
        ))
$$;

create function visits_forget_idle(before timestamptz, unused timestamptz) returns table (what text, rows bigint)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    cards bigint;
    persons bigint;
begin
    if before is null or before > now() - interval '1 day' or unused > before then
        raise exception 'visits_forget_idle: % is not a day ago', before using errcode = 'invalid_parameter_value';
    end if;
    delete from public.people_card c where c.id in (select public.visits_past_cards(before, unused));
    get diagnostics cards = row_count;
    delete from public.people_person p where p.id in (select public.visits_idle_persons(before));
    get diagnostics persons = row_count;
    return query values ('cards', cards), ('persons', persons);
end
$$;

revoke all on function visits_idle_persons(timestamptz) from public;
revoke all on function visits_past_cards(timestamptz, timestamptz) from public;
revoke all on function visits_forget_idle(timestamptz, timestamptz) from public;
"""
UNDO = """
drop function visits_forget_idle(timestamptz, timestamptz);
drop function visits_past_cards(timestamptz, timestamptz);
drop function visits_idle_persons(timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0004_forget_doubts"), ("people", "0003_identity")]

    operations = [migrations.RunSQL(SQL, UNDO)]
