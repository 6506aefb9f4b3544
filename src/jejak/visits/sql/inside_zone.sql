-- How many people are in a zone at a moment: it was their last scan in the premises, its typical stay is not over, and
-- they scanned neither elsewhere nor on leaving the premises since.
with last as (
    select distinct on (v.person_id) v.person_id, v.premises_id, v.checked_in, v.until, v.zone_id, v.flags
    from visits_visit v
    where v.premises_id = %(premises)s::bigint
        and v.checked_in > %(now)s::timestamptz - interval '24 hours' and v.checked_in <= %(now)s::timestamptz
    order by v.person_id, v.checked_in desc, v.zone_id desc nulls last
)
select count(*)
from last v
where v.zone_id = %(zone)s::bigint and v.until > %(now)s::timestamptz
    and (v.flags & 1 = 1 or (
        v.checked_in > %(now)s::timestamptz - make_interval(mins => %(minutes)s::integer)
        and not exists (
            select
            from visits_visit n
            where n.person_id = v.person_id and n.premises_id <> v.premises_id and n.checked_in > v.checked_in
                and n.checked_in > %(now)s::timestamptz - interval '24 hours' and n.checked_in <= %(now)s::timestamptz
        )
        and not exists (
            select
            from visits_visit n
            where n.person_id = v.person_id and n.premises_id = v.premises_id and n.flags & 1 = 1
                and (n.zone_id is null or n.zone_id = any(array(
                    select z.id from premises_zone z where z.premises_id = %(premises)s::bigint and z.kind <> 'room'
                )))
                and n.checked_in <= v.checked_in and n.until > v.checked_in
                and n.until <= %(now)s::timestamptz
                and n.checked_in > %(now)s::timestamptz - interval '48 hours' and n.checked_in <= %(now)s::timestamptz
        )
    ))
