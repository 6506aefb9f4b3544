-- The visits that a citizen's browser shows them, the newest first: all of %(whole)s, and of %(persons)s those made with
-- the device at the same place of %(devices)s. The person's index leads, so a day without them is not read.
select
    v.person_id, v.premises_id, v.checked_in, v.id, v.until, v.flags,
    coalesce(p.name, ''), coalesce(p.branch, ''), coalesce(z.name, '')
from visits_visit v
left join premises_premises p on p.id = v.premises_id
left join premises_zone z on z.id = v.zone_id
where v.person_id = any(%(whole)s::bigint[] || %(persons)s::bigint[])
    and v.checked_in >= %(since)s::timestamptz
    and (
        v.person_id = any(%(whole)s::bigint[])
        or exists (
            select from unnest(%(persons)s::bigint[], %(devices)s::bigint[]) as mine (person, device)
            where mine.person = v.person_id and mine.device = v.device_id
        )
    )
order by v.checked_in desc, v.id
limit %(most)s::integer
