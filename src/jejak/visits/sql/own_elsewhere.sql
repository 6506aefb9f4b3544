-- Whether the log holds a visit of %(persons)s that was not made by the person with the device at the same place of
-- %(mine)s and %(devices)s; the first one found is enough.
select exists (
    select from visits_visit v
    where v.person_id = any(%(persons)s::bigint[])
        and not exists (
            select from unnest(%(mine)s::bigint[], %(devices)s::bigint[]) as mine (person, device)
            where mine.person = v.person_id and mine.device = v.device_id
        )
)
