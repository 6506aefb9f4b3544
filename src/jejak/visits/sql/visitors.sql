-- Visits at one premises that overlap [since, until), each estimated end moved up to the person's next check-in elsewhere.
-- Where there are zones also those over by then that may tell when somebody left: a scanned end, a scan at a door.
select
    v.person_id, v.premises_id, v.checked_in,
    case when v.flags & 1 = 1 then v.until else least(v.until, (
        select n.checked_in
        from visits_visit n
        where n.person_id = v.person_id and n.premises_id <> v.premises_id
            and n.checked_in > v.checked_in and n.checked_in < v.until
            and n.checked_in > %(since)s::timestamptz - interval '24 hours'
            and n.checked_in < %(until)s::timestamptz + interval '24 hours'
        order by n.checked_in
        limit 1
    )) end as until,
    v.flags, v.zone_id
from visits_visit v
where v.premises_id = %(premises)s::bigint and (
        v.until > %(since)s::timestamptz
        or %(zoned)s::boolean and (v.zone_id is null and v.flags & 1 = 1 or v.zone_id = any(%(doors)s::bigint[]))
    )
    and v.checked_in > %(since)s::timestamptz - interval '24 hours' and v.checked_in < %(until)s::timestamptz
