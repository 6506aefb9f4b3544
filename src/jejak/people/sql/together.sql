-- Everybody who is read as the same as each of %(persons)s, over all merges that stand, in whatever order these came.
-- A merge in doubt joins nobody, unless %(doubted)s. Columns: asked, found, level of the one found
with recursive reached (asked, person) as (
    select distinct given.id, given.id from unnest(%(persons)s::bigint[]) as given (id)
    union
    select reached.asked, next.person
    from reached
    cross join lateral (
        select m.kept_id from people_merge m
        where m.merged_id = reached.person and m.undone_at is null and (m.doubted_at is null or %(doubted)s)
        union all
        select m.merged_id from people_merge m
        where m.kept_id = reached.person and m.undone_at is null and (m.doubted_at is null or %(doubted)s)
    ) as next (person)
)
select reached.asked, reached.person, p.level
from reached join people_person p on p.id = reached.person
order by reached.asked, reached.person
