-- Check-ins by local day and hour at a premises, or in one of its zones, on some days (their bounds).
select d.n::int, extract(hour from v.checked_in at time zone 'Asia/Kuala_Lumpur')::int as hour, count(*)
from unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) with ordinality as d (since, until, n)
join visits_visit v on v.premises_id = %(premises)s::bigint and v.checked_in >= d.since and v.checked_in < d.until
where (%(zone)s::bigint is null or v.zone_id = %(zone)s::bigint)
    and v.checked_in >= %(first)s::timestamptz and v.checked_in < %(last)s::timestamptz
group by 1, 2
