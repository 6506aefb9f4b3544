-- Who of those that were at the premises of the persons' visits while these lasted is in a merge that stands.
with merged as materialized (
    select kept_id as person_id from people_merge where undone_at is null
    union
    select merged_id from people_merge where undone_at is null
),
own as materialized (
    select distinct v.premises_id, v.checked_in, v.until
    from visits_visit v
    where v.person_id = any(%(persons)s::bigint[]) and v.until > %(since)s::timestamptz
        and v.checked_in > %(since)s::timestamptz - interval '24 hours' and v.checked_in < %(until)s::timestamptz
        and exists (select from merged)
)
select distinct v.person_id
from own
join visits_visit v
    on v.premises_id = own.premises_id and v.until > own.checked_in and v.checked_in < own.until
        and v.checked_in > own.checked_in - interval '24 hours'
where v.person_id in (select person_id from merged)
    and v.checked_in > %(since)s::timestamptz - interval '24 hours' and v.checked_in < %(until)s::timestamptz
