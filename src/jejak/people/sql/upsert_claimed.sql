-- Persons met at a door for the first time; those already known are left as they are and not returned.
-- $1 uuids, $2 door keys, $3 phone keys, $4 sealed phones, $5 sealed names, $6 moments of creation
-- Sorted, so that two writers never wait for each other in a circle.
insert into people_person (uuid, level, door_key, phone_key, phone_sealed, name_sealed, created_at)
select given.uuid, 0, given.door_key, given.phone_key, given.phone_sealed, given.name_sealed, given.created_at
from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[], $6::timestamptz[])
    as given (uuid, door_key, phone_key, phone_sealed, name_sealed, created_at)
order by given.door_key
on conflict (door_key) do nothing
returning id, door_key
