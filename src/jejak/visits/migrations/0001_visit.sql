-- The visit log: one partition a local day, insert-only but for the end of a stay.
-- The premises lead the key, so that one index serves identity, search and a later distribution by premises.
create table visits_visit (
    premises_id bigint not null,
    checked_in timestamptz not null,
    id uuid not null,
    until timestamptz not null,
    person_id bigint not null,
    zone_id bigint,
    device_id bigint not null,
    flags smallint not null default 0,
    constraint visits_visit_pkey primary key (premises_id, checked_in, id) include (until, person_id, zone_id, flags),
    constraint visit_until_after check (until > checked_in),
    constraint visit_bounded check (until <= checked_in + interval '24 hours'),
    constraint visit_flags_known check (flags between 0 and 7)
) partition by range (checked_in);

create index visits_visit_person on visits_visit (person_id, checked_in) include (until, premises_id, zone_id, flags);

comment on table visits_visit is 'Who checked in where and when; no foreign keys, no default partition, dropped by the day.';
comment on column visits_visit.flags is 'bits: 1 end observed, 2 late, 4 imported';

-- A new day is made apart and then attached: attaching waits for no reader and no writer of the other days.
create function visits_make_partitions(first date, last date) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '250ms'
set timezone = 'UTC'
as $$
declare
    day date;
    name text;
    made integer := 0;
begin
    if first is null or last is null or last < first or last - first > 400 then
        raise exception 'visits_make_partitions: % to % is not a span of at most 400 days', first, last
            using errcode = 'invalid_parameter_value';
    end if;
    perform pg_advisory_xact_lock(7620210826);
    for day in select first + step from generate_series(0, last - first) as step loop
        name := 'visits_visit_p' || to_char(day, 'YYYYMMDD');
        continue when exists (
            select from pg_inherits
            where inhparent = 'public.visits_visit'::regclass and inhrelid = to_regclass('public.' || name)
        );
        execute format('create table public.%I (like public.visits_visit including all)', name);
        execute format(
            'alter table public.%I set (autovacuum_vacuum_insert_threshold = 20000, '
            'autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.1)', name);
        execute format(
            'alter table public.visits_visit attach partition public.%I for values from (%L) to (%L)', name,
            day::timestamp at time zone 'Asia/Kuala_Lumpur', (day + 1)::timestamp at time zone 'Asia/Kuala_Lumpur');
        made := made + 1;
    end loop;
    return made;
end
$$;

-- How many visits a day held; dropping locks the whole log for a moment, so it gives up quickly and the caller tries again.
create function visits_drop_partition(day date) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '100ms'
as $$
declare
    name text := 'visits_visit_p' || to_char(day, 'YYYYMMDD');
    visits bigint;
begin
    if not exists (
        select from pg_inherits
        where inhparent = 'public.visits_visit'::regclass and inhrelid = to_regclass('public.' || name)
    ) then
        return null;
    end if;
    execute format('select count(*) from public.%I', name) into visits;
    execute format('drop table public.%I', name);
    return visits;
end
$$;

revoke all on function visits_make_partitions(date, date) from public;
revoke all on function visits_drop_partition(date) from public;
