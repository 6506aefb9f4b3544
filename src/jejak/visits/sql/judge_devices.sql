-- Check-ins of phones that spoke for more than so many people on one local day, without the flag 1024.
with crowded as (
    select device_id, (checked_in at time zone 'Asia/Kuala_Lumpur')::date as day
    from visits_visit
    where checked_in >= %(since)s::timestamptz and checked_in < %(until)s::timestamptz and device_id > 0
    group by 1, 2
    having count(distinct person_id) > %(most)s::integer
)
select v.premises_id, v.checked_in, v.id
from crowded c
join visits_visit v
    on v.device_id = c.device_id and (v.checked_in at time zone 'Asia/Kuala_Lumpur')::date = c.day
where v.flags & 1024 = 0 and v.checked_in >= %(since)s::timestamptz and v.checked_in < %(until)s::timestamptz
