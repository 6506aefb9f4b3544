-- The persons of a staged batch whom nobody knows.
select distinct s.person
from visits_staged s
left join people_person p on p.uuid = s.person
where s.person_id = 0 and p.id is null
