-- Scans of posters' places in some hours, without the flag 512.
select v.premises_id, v.checked_in, v.id
from unnest(%(premises)s::bigint[], %(zones)s::bigint[], %(hours)s::timestamptz[]) as b (premises_id, zone_id, hour)
join visits_visit v
    on v.premises_id = b.premises_id and v.zone_id is not distinct from b.zone_id
    and v.checked_in >= b.hour and v.checked_in < b.hour + interval '1 hour'
where v.flags & 512 = 0 and v.checked_in >= %(since)s::timestamptz and v.checked_in < %(until)s::timestamptz
