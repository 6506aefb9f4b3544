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
    least(coalesce(zone.stay_minutes, premises.stay_minutes), premises.longest_minutes)::smallint as stay_minutes,
    premises.longest_minutes,
    poster.retired_at is not null as retired,
    premises.closed_at is not null as closed,
    (extract(epoch from least(poster.retired_at, premises.closed_at)) * 1000)::bigint as ended_ms
from premises_poster as poster
join premises_premises as premises on premises.id = poster.premises_id
left join premises_zone as zone on zone.id = poster.zone_id
