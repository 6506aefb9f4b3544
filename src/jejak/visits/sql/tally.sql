-- Visits, people and premises by state in [since, until): aggregates only.
select p.state, count(*), count(distinct v.person_id), count(distinct v.premises_id)
from visits_visit v
join premises_premises p on p.id = v.premises_id
where v.checked_in >= %(since)s::timestamptz and v.checked_in < %(until)s::timestamptz
group by p.state
