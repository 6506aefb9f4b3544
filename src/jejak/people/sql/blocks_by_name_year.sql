-- Persons with one of the names and years of birth %(keys)s, together: at least two, at most %(largest)s.
select array_agg(id order by id) from people_person
where name_year_key = any(%(keys)s::bytea[])
group by name_year_key having count(*) between 2 and %(largest)s
