-- Check-ins in [since, until) of everybody who checked in in more than one state.
with travelled as (
    select v.person_id
    from visits_visit v
    join premises_premises p on p.id = v.premises_id
    where v.checked_in >= %(since)s::timestamptz and v.checked_in < %(until)s::timestamptz
    group by v.person_id
    having min(p.state) <> max(p.state)
)
select v.premises_id, v.checked_in, v.id, v.person_id, p.state, v.flags & 256 = 256
from travelled t
join visits_visit v on v.person_id = t.person_id
join premises_premises p on p.id = v.premises_id
where v.checked_in >= %(since)s::timestamptz and v.checked_in < %(until)s::timestamptz
