-- Every premises as an import needs it.
select id, uuid::text, stay_minutes, longest_minutes from premises_premises order by id
