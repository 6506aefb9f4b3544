-- Check-ins at premises in the times when they are closed, without the flag 128.
select v.premises_id, v.checked_in, v.id
from unnest(%(premises)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) as c (premises_id, since, until)
join visits_visit v on v.premises_id = c.premises_id and v.checked_in >= c.since and v.checked_in < c.until
where v.flags & 128 = 0 and v.checked_in >= %(since)s::timestamptz and v.checked_in < %(until)s::timestamptz
