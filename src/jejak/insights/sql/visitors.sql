-- How many different people checked in during a day, by the state they went to; somebody may be in several.
select place.state, count(distinct visit.person_id)
from visits_visit visit
join premises_premises place on place.id = visit.premises_id
where visit.checked_in >= %(start)s and visit.checked_in < %(end)s
group by place.state
