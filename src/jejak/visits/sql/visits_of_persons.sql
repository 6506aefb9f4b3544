-- Visits of persons that may touch [since, until), and those up to a day later that trim the ends of these.
select person_id, premises_id, checked_in, until, flags, zone_id
from visits_visit
where person_id = any(%(persons)s::bigint[])
    and checked_in > %(since)s::timestamptz - interval '24 hours'
    and checked_in < %(until)s::timestamptz + interval '24 hours'
