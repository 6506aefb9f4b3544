-- Check-ins by premises in [since, until).
select premises_id, count(*)
from visits_visit
where premises_id = any(%(premises)s::bigint[])
    and checked_in >= %(since)s::timestamptz and checked_in < %(until)s::timestamptz
group by premises_id
