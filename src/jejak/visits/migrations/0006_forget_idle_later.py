"""Claimed persons go four days after the first night that found nothing to keep them, not in that very night."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("jejak.visits.migrations.0005_forget_idle")

DROP = """
drop function visits_forget_idle(timestamptz, timestamptz);
drop function visits_past_cards(timestamptz, timestamptz);
drop function visits_idle_persons(timestamptz);
"""
SQL = """
-- What lets a person p go: claimed, nowhere, and no other table refers to them, so a room that comes later needs nothing.
create function visits_nothing_keeps() returns text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    said text := 'p.level = 0 and not exists (select from public.visits_visit v where v.person_id = p.id)';
    referring record;
begin
    for referring in
        select con.conrelid::regclass::text as referrer, att.attname as by_column
        from pg_constraint con
        join pg_attribute att on att.attrelid = con.conrelid and att.attnum = con.conkey[1]
        where con.contype = 'f' and con.confrelid = 'public.people_person'::regclass
    loop
        said := said || format(
            ' and not exists (select from %s r where r.%I = p.id)', referring.referrer, referring.by_column);
    end loop;
    return said;
end
$$;

-- ``before`` is past the last day on which a token of whoever never went anywhere could be used, ``since`` the last
-- night for whose visits a check-in could still wait on a phone.
create function visits_idle_persons(before timestamptz, since date) returns setof bigint
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query execute 'select p.id from public.people_person p where p.created_at < $1 and p.idle_since <= $2 and '
        || public.visits_nothing_keeps() using before, since;
end
$$;

-- Called before a run deletes anything: whoever is kept tonight counts anew, however many nights no run looked.
create function visits_unmark_idle() returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    persons bigint;
begin
    execute 'with free as materialized (select p.id from public.people_person p where p.idle_since is not null and '
        || public.visits_nothing_keeps() || ') update public.people_person k set idle_since = null '
        'where k.idle_since is not null and not exists (select from free where free.id = k.id)';
    get diagnostics persons = row_count;
    return persons;
end
$$;

-- ``kept`` is when the visits that are kept begin: a dry run leaves those before it where they are.
create function visits_past_cards(before timestamptz, unused timestamptz, kept timestamptz) returns setof bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select c.id from public.people_card c
    where c.ended_at < before
        or (c.issued_at < unused and not exists (
            select from public.visits_visit v where v.person_id = c.person_id and v.checked_in >= kept
        ))
$$;

-- The night is the database's own: a run for an earlier day must not let anybody go the sooner.
create function visits_forget_idle(
    before timestamptz, unused timestamptz, kept timestamptz, since date
) returns table (what text, rows bigint)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    tonight date := (now() at time zone 'Asia/Kuala_Lumpur')::date;
    cards bigint;
    persons bigint;
begin
    if before is null or before > now() - interval '1 day' or unused > before then
        raise exception 'visits_forget_idle: % is not a day ago', before using errcode = 'invalid_parameter_value';
    end if;
    if since is null or since > tonight - 4 then
        raise exception 'visits_forget_idle: % is not four days ago', since using errcode = 'invalid_parameter_value';
    end if;
    delete from public.people_card c where c.id in (select public.visits_past_cards(before, unused, kept));
    get diagnostics cards = row_count;
    delete from public.people_person p where p.id in (select public.visits_idle_persons(before, since));
    get diagnostics persons = row_count;
    execute 'update public.people_person p set idle_since = $1 '
        'where p.created_at < $2 and (p.idle_since is null or p.idle_since > $1) and '
        || public.visits_nothing_keeps() using tonight, kept;
    return query values ('cards', cards), ('persons', persons);
end
$$;

revoke all on function visits_nothing_keeps() from public;
revoke all on function visits_idle_persons(timestamptz, date) from public;
revoke all on function visits_unmark_idle() from public;
revoke all on function visits_past_cards(timestamptz, timestamptz, timestamptz) from public;
revoke all on function visits_forget_idle(timestamptz, timestamptz, timestamptz, date) from public;
"""
UNDO = """
drop function visits_forget_idle(timestamptz, timestamptz, timestamptz, date);
drop function visits_past_cards(timestamptz, timestamptz, timestamptz);
drop function visits_unmark_idle();
drop function visits_idle_persons(timestamptz, date);
drop function visits_nothing_keeps();
"""


class Migration(migrations.Migration):
    dependencies = [("visits", "0005_forget_idle"), ("people", "0006_idle_since")]

    operations = [migrations.RunSQL(DROP + SQL, UNDO + BEFORE.SQL)]
