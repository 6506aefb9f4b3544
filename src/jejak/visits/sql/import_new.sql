-- Store the visits of a staged batch that are not there yet; flag 4 is "imported".
-- Looked up first and then inserted plainly: ON CONFLICT takes a third longer, and is kept for the rare race.
-- Day by day and by premises, because neighbours in the index are then written together.
insert into visits_visit (premises_id, checked_in, id, until, person_id, zone_id, device_id, flags)
select
    s.premises_id, s.checked_in, s.id, s.until, coalesce(nullif(s.person_id, 0), p.id), nullif(s.zone_id, 0),
    s.device_id, 4
from visits_staged s
left join people_person p on p.uuid = s.person and s.person_id = 0
where (s.person_id <> 0 or p.id is not null)
    and not exists (
        select from visits_visit v
        where v.premises_id = s.premises_id and v.checked_in = s.checked_in and v.id = s.id
            and v.checked_in between %(first)s::timestamptz and %(last)s::timestamptz
    )
order by (s.checked_in at time zone 'Asia/Kuala_Lumpur')::date, s.premises_id
