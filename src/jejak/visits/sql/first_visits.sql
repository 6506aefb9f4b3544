-- The check-in with which each of some stays began.
select visit.person_id, visit.premises_id, visit.checked_in, visit.id
from unnest(%(premises)s::bigint[], %(starts)s::timestamptz[]) as stay(premises_id, start)
join visits_visit visit on visit.premises_id = stay.premises_id and visit.checked_in = stay.start
where visit.person_id = any(%(persons)s::bigint[])
