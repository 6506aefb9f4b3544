-- Store a staged batch: known persons' visits, those already there left as they are; flag 4 is "imported".
-- In the order of the key, because neighbours in the index are then written together.
with known as materialized (
    select s.*, coalesce(nullif(s.person_id, 0), p.id) as found
    from visits_staged s
    left join people_person p on p.uuid = s.person and s.person_id = 0
),
stored as (
    insert into visits_visit (premises_id, checked_in, id, until, person_id, zone_id, device_id, flags)
    select premises_id, checked_in, id, until, found, nullif(zone_id, 0), device_id, 4
    from known
    where found is not null
    order by premises_id, checked_in
    on conflict (premises_id, checked_in, id) do nothing
    returning 1
)
select (select count(*) from stored), (select coalesce(array_agg(number), '{}') from known where found is null)
