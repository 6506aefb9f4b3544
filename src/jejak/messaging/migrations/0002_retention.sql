-- What is past its time: the messages, those that came in, refusals, reports and breaker's openings before one moment; codes and what the
-- console showed are of no use after a day.
create or replace function messaging_past_time(before timestamptz) returns table (what text, rows bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select 'messages', count(*) from public.messaging_message where queued_at < before
    union all select 'incoming', count(*) from public.messaging_incoming where received_at < before
    union all select 'refusals', count(*) from public.messaging_refusal where hour < before
    union all select 'reports', count(*) from public.messaging_report where at < before
    union all select 'trips', count(*) from public.messaging_trip where greatest(cools_at, reset_at) < before
    union all select 'codes', count(*) from public.messaging_code where issued_at < now() - interval '1 day'
    union all select 'shown', count(*) from public.messaging_shown where at < now() - interval '1 day'
$$;

-- Deletes it, and says how much. Budgets look back a day, so nothing younger goes, whatever is asked for.
create or replace function messaging_delete_past_time(before timestamptz) returns table (what text, rows bigint)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if before is null or before > now() - interval '1 day' then
        raise exception 'messaging_delete_past_time: % is not a day ago', before using errcode = 'invalid_parameter_value';
    end if;
    return query
        with messages as (delete from public.messaging_message where queued_at < before returning 1),
            incoming as (delete from public.messaging_incoming where received_at < before returning 1),
            refusals as (delete from public.messaging_refusal where hour < before returning 1),
            reports as (delete from public.messaging_report where at < before returning 1),
            trips as (delete from public.messaging_trip where greatest(cools_at, reset_at) < before returning 1),
            codes as (delete from public.messaging_code where issued_at < now() - interval '1 day' returning 1),
            shown as (delete from public.messaging_shown where at < now() - interval '1 day' returning 1)
        select 'messages', count(*) from messages
        union all select 'incoming', count(*) from incoming
        union all select 'refusals', count(*) from refusals
        union all select 'reports', count(*) from reports
        union all select 'trips', count(*) from trips
        union all select 'codes', count(*) from codes
        union all select 'shown', count(*) from shown;
end
$$;
