-- Every poster with the place it stands for: what the check-in lane holds in memory.
-- One row a poster, retired ones too, so that their scan can be answered. To refresh one premises, wrap it:
--   select * from (<this text>) as catalogue where premises_id = $1
-- `notify jejak_posters, '<premises id>'` tells of every change, in the transaction that makes it.
select
    poster.id as poster_id,
    poster.short_code,
    premises.id as premises_id,
    premises.uuid as premises_uuid,
    zone.id as zone_id,
    zone.uuid as zone_uuid,
    premises.name,
    premises.branch,
    coalesce(zone.name, '') as zone_name,
    premises.kind,
    premises.state,
    -- As zonekinds.zone_minutes: who scans at an exit is gone five minutes later.
    least(
        case when zone.kind = 'exit' then 5 else coalesce(zone.stay_minutes, premises.stay_minutes) end,
        premises.longest_minutes
    )::smallint as stay_minutes,
    premises.longest_minutes,
    premises.confirmed_at is not null as confirmed,
    poster.retired_at is not null as retired,
    premises.closed_at is not null as closed,
    -- A poster whose day lies ahead stops by itself: whoever holds this row compares expires_ms with the clock.
    (extract(epoch from poster.expires_at) * 1000)::bigint as expires_ms,
    (extract(epoch from least(
        poster.retired_at, premises.closed_at, case when poster.expires_at <= now() then poster.expires_at end
    )) * 1000)::bigint as ended_ms,
    poster.retired_at is not null and exists (
        select from premises_poster as other
        where other.premises_id = poster.premises_id and other.zone_id is not distinct from poster.zone_id
            and other.retired_at is null
    ) as replaced
from premises_poster as poster
join premises_premises as premises on premises.id = poster.premises_id
left join premises_zone as zone on zone.id = poster.zone_id
