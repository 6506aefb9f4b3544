-- Check-ins by local day and state; by premises first, because that is one pass over the log's first index. The
-- visits room's own tally counts people and premises too, which takes six times as long at a million visits a day.
with counted as (
    select premises_id, (checked_in at time zone 'Asia/Kuala_Lumpur')::date as day, count(*) as visits
    from visits_visit
    where checked_in >= %(start)s and checked_in < %(end)s
    group by 1, 2
)
select counted.day, place.state, sum(counted.visits)::bigint
from counted join premises_premises place on place.id = counted.premises_id
group by 1, 2
