-- How many visits the log holds of each person.
select person_id, count(*) from visits_visit where person_id = any(%(persons)s::bigint[]) group by person_id
