-- How many people are at a premises at a moment: each once, an estimated end moved up to the next check-in elsewhere,
-- that of a zone's scan also to the scan on leaving the premises (as visits.zones.until_left). Who scanned at an exit is
-- not counted from that moment on, not only when the minutes to the door are over.
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
            where n.person_id = v.person_id and n.premises_id = v.premises_id and n.flags & 1 = 1
                and (n.zone_id is null or n.zone_id = any(array(
                    select z.id from premises_zone z where z.premises_id = %(premises)s::bigint and z.kind <> 'room'
                )))
                and n.checked_in <= v.checked_in and n.until > v.checked_in
                and n.until <= %(now)s::timestamptz
                and n.checked_in > %(now)s::timestamptz - interval '48 hours' and n.checked_in <= %(now)s::timestamptz
        ))
        and (not exists (
            select from premises_zone z where z.premises_id = %(premises)s::bigint and z.kind = 'exit'
        ) or not exists (
            select
            from visits_visit n
            where n.person_id = v.person_id and n.premises_id = v.premises_id and n.checked_in >= v.checked_in
                and n.zone_id = any(array(
                    select z.id from premises_zone z where z.premises_id = %(premises)s::bigint and z.kind = 'exit'
                ))
                and n.checked_in > %(now)s::timestamptz - interval '24 hours' and n.checked_in <= %(now)s::timestamptz
        )))
