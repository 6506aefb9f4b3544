-- Persons behind one of the numbers %(keys)s, together: at least two, at most %(largest)s.
select array_agg(id order by id) from people_person
where phone_key = any(%(keys)s::bytea[])
group by phone_key having count(*) between 2 and %(largest)s
