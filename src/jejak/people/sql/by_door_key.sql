-- The numbers of persons already known at a door. $1 door keys
select id, door_key from people_person where door_key = any ($1::bytea[])
