-- Every zone, to be found by its uuid or its name.
select premises_id, uuid::text, name, id from premises_zone
