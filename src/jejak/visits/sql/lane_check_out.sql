-- End stays, the first end wins. A visit ends only for its own person and device, or (both null) for who holds its receipt.
-- $1 premises, $2 moments of the check-ins in milliseconds, $3 ids, $4 ends in milliseconds, $5 persons, $6 devices
update visits_visit as visit
set until = timestamptz 'epoch' + given.until_ms * interval '1 millisecond', flags = visit.flags | 1::smallint
from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[])
    as given (premises_id, ms, id, until_ms, person_id, device_id)
where visit.premises_id = given.premises_id
    and visit.checked_in = timestamptz 'epoch' + given.ms * interval '1 millisecond'
    and visit.id = given.id
    and visit.flags & 1 = 0
    and (given.person_id is null or (visit.person_id = given.person_id and visit.device_id = given.device_id))
