-- What persons scanned in [since, until) and the day before, and the premises' longest stay if it has zones: some 50
-- rows a person.
select
    v.person_id, v.premises_id, v.checked_in, v.until, v.flags, v.zone_id,
    (
        select p.longest_minutes
        from premises_premises p
        where p.id = v.premises_id and exists (select from premises_zone z where z.premises_id = p.id)
    ) as longest
from visits_visit v
where v.person_id = any(%(persons)s::bigint[])
    and v.checked_in > %(since)s::timestamptz - interval '24 hours' and v.checked_in < %(until)s::timestamptz
