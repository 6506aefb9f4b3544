-- Scans of persons at premises in some windows, each estimated end moved up to the next check-in elsewhere: from the
-- indexes alone.
-- One window stands for all meetings at a premises that touch, and begins the premises' longest stay before them. It is
-- read whole and then narrowed, so that a full mall costs its rows and not a probe for each of thousands of persons.
with there as materialized (
    select v.person_id, v.premises_id, v.checked_in, v.until, v.flags, v.zone_id
    from unnest(%(premises)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
        as w (premises_id, since, until)
    join visits_visit v on v.premises_id = w.premises_id and v.checked_in > w.since and v.checked_in < w.until
    where v.checked_in > %(first)s::timestamptz and v.checked_in < %(last)s::timestamptz
)
select
    v.person_id, v.premises_id, v.checked_in,
    case when v.flags & 1 = 1 then v.until else least(v.until, (
        select n.checked_in
        from visits_visit n
        where n.person_id = v.person_id and n.premises_id <> v.premises_id
            and n.checked_in > v.checked_in and n.checked_in < v.until
            and n.checked_in > %(first)s::timestamptz - interval '24 hours'
            and n.checked_in < %(last)s::timestamptz + interval '24 hours'
        order by n.checked_in
        limit 1
    )) end as until,
    v.flags, v.zone_id
from there v
where v.person_id = any(%(persons)s::bigint[])
