-- How many people were at premises in each quarter of an hour that touches one of some windows, each person once in it.
-- An estimated end counts as stored, as the usual stay; the plan reads one range of the premises' index a window.
select p.premises_id, q.quarter, count(distinct p.person_id)::integer as people
from (
    select
        w.premises_id, v.person_id, greatest(v.checked_in, w.since) as since, least(v.until, w.until) as until
    from unnest(%(premises)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
        as w (premises_id, since, until)
    join visits_visit v
        on v.premises_id = w.premises_id
        and v.checked_in > w.since - make_interval(mins => (
            select p.longest_minutes from premises_premises p where p.id = w.premises_id
        ))
        and v.checked_in < w.until and v.until > w.since
    where v.checked_in > %(first)s::timestamptz - interval '24 hours' and v.checked_in < %(last)s::timestamptz
) p
cross join lateral generate_series(
    date_bin(interval '15 minutes', p.since, timestamptz '2000-01-01 00:00:00+00'),
    p.until - interval '1 microsecond',
    interval '15 minutes'
) as q (quarter)
group by p.premises_id, q.quarter
