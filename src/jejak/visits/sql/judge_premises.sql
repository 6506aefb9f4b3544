-- Where anybody checked in in [since, until).
select distinct premises_id
from visits_visit
where checked_in >= %(since)s::timestamptz and checked_in < %(until)s::timestamptz
