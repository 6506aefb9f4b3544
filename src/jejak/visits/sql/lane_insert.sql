-- Store check-ins; one that is already there is left as it is. Moments come as milliseconds since 1970, as in their ids.
-- $1 premises, $2 moments, $3 ids, $4 minutes until the estimated end, $5 persons, $6 zones, $7 devices, $8 flags
-- Returns how many were stored and, only if some were not, which ones were: the usual answer is one small row.
with stored as (
    insert into visits_visit (premises_id, checked_in, id, until, person_id, zone_id, device_id, flags)
    select
        given.premises_id,
        timestamptz 'epoch' + given.ms * interval '1 millisecond',
        given.id,
        timestamptz 'epoch' + given.ms * interval '1 millisecond' + given.minutes * interval '1 minute',
        given.person_id, given.zone_id, given.device_id, given.flags
    from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::smallint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::smallint[])
        as given (premises_id, ms, id, minutes, person_id, zone_id, device_id, flags)
    on conflict (premises_id, checked_in, id) do nothing
    returning premises_id, id
)
select
    count(*) as stored,
    case when count(*) < cardinality($1) then array_agg(premises_id) end as premises_ids,
    case when count(*) < cardinality($1) then array_agg(id) end as ids
from stored
