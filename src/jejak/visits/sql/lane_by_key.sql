-- Visits by their whole key, to compare a repeated id with what it stood for, or to answer a check-out.
-- $1 premises, $2 moments in milliseconds, $3 ids
select
    visit.premises_id, visit.id, visit.person_id, visit.zone_id, visit.device_id, visit.flags,
    (extract(epoch from visit.until) * 1000)::bigint as until_ms
from unnest($1::bigint[], $2::bigint[], $3::uuid[]) as given (premises_id, ms, id)
join visits_visit as visit
    on visit.premises_id = given.premises_id
    and visit.checked_in = timestamptz 'epoch' + given.ms * interval '1 millisecond'
    and visit.id = given.id
