-- What persons said of their visits in [since, until), oldest first; the visit must still be there.
select v.person_id, d.premises_id, d.checked_in, d.kind, d.came_at, d.left_at, d.made_at
from visits_dispute d
join visits_visit v on v.premises_id = d.premises_id and v.checked_in = d.checked_in and v.id = d.visit_id
where d.premises_id = any(%(premises)s::bigint[]) and v.person_id = any(%(persons)s::bigint[])
    and v.checked_in > %(since)s::timestamptz - interval '24 hours' and v.checked_in < %(until)s::timestamptz
    and d.checked_in > %(since)s::timestamptz - interval '24 hours' and d.checked_in < %(until)s::timestamptz
order by d.made_at, d.id
