-- The sealed numbers of persons who bring somebody by name: read only when that happens, and opened by the lane alone.
-- $1 numbers of persons
select id, uuid, phone_sealed from people_person where id = any ($1::bigint[]) and phone_sealed is not null
