-- How many people are at a premises at a moment: each once, an estimated end moved up to the next check-in elsewhere,
-- that of a zone's scan also to the scan on leaving the premises (as visits.zones.until_left).
select count(distinct v.person_id)
from visits_visit v
where v.premises_id = %(premises)s::bigint and v.until > %(now)s::timestamptz
    and v.checked_in > %(now)s::timestamptz - interval '24 hours' and v.checked_in <= %(now)s::timestamptz
    and (v.flags & 1 = 1 or not exists (
        select
        from visits_visit n
        where n.person_id = v.person_id and n.premises_id <> v.premises_id and n.checked_in > v.checked_in
            and n.checked_in > %(now)s::timestamptz - interval '24 hours' and n.checked_in <= %(now)s::timestamptz
    )
        and (v.zone_id is null or not exists (
            select
            from visits_visit n
            where n.person_id = v.person_id and n.premises_id = v.premises_id and n.zone_id is null
                and n.flags & 1 = 1 and n.checked_in <= v.checked_in and n.until > v.checked_in
                and n.until <= %(now)s::timestamptz
                and n.checked_in > %(now)s::timestamptz - interval '48 hours' and n.checked_in <= %(now)s::timestamptz
        )))
