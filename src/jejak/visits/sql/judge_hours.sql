-- Clock hours of posters' places (premises and zone) in [since, until) with more than so many scans, and what the same
-- hour and its neighbours had in the four weeks before: for each week, whether the place was scanned at all that day,
-- and three counts. Scans that were part of a burst (512) are no measure of what is usual.
with busy as materialized (
    select premises_id, zone_id, date_trunc('hour', checked_in) as hour, count(*) as scans
    from visits_visit
    where checked_in >= %(since)s::timestamptz and checked_in < %(until)s::timestamptz
    group by premises_id, zone_id, date_trunc('hour', checked_in)
    having count(*) > %(least)s::integer
)
select
    b.premises_id, b.zone_id, b.hour, b.scans,
    (
        select array_agg(w.scanned::integer order by w.week)
            || array_agg(w.earlier order by w.week) || array_agg(w.same order by w.week)
            || array_agg(w.later order by w.week)
        from (
            select
                k.week,
                exists (
                    select
                    from visits_visit d
                    where d.premises_id = b.premises_id and d.zone_id is not distinct from b.zone_id
                        and d.checked_in >= k.midnight and d.checked_in < k.midnight + interval '1 day'
                        and d.flags & 512 = 0
                ) as scanned,
                (count(v.*) filter (where v.checked_in < k.hour))::integer as earlier,
                (count(v.*) filter (where v.checked_in >= k.hour and v.checked_in < k.hour + interval '1 hour'))::integer
                    as same,
                (count(v.*) filter (where v.checked_in >= k.hour + interval '1 hour'))::integer as later
            from (
                select
                    week, b.hour - week * interval '7 days' as hour,
                    date_trunc('day', (b.hour - week * interval '7 days') at time zone 'Asia/Kuala_Lumpur')
                        at time zone 'Asia/Kuala_Lumpur' as midnight
                from generate_series(1, 4) as week
            ) k
            left join visits_visit v
                on v.premises_id = b.premises_id and v.zone_id is not distinct from b.zone_id and v.flags & 512 = 0
                and v.checked_in >= k.hour - interval '1 hour' and v.checked_in < k.hour + interval '2 hours'
            group by k.week, k.hour, k.midnight
        ) w
    ) as weeks
from busy b
