-- Everybody who is read as the same as each of %(persons)s, over all merges that stand, in whatever order these came;
-- who is in no merge is left out. A merge in doubt joins nobody, unless %(doubted)s.
-- Columns: asked, found, level of the one found
with recursive joined (one, other) as materialized (
    select m.kept_id, m.merged_id from people_merge m
    where m.undone_at is null and (m.doubted_at is null or %(doubted)s)
    union
    select m.merged_id, m.kept_id from people_merge m
    where m.undone_at is null and (m.doubted_at is null or %(doubted)s)
),
reached (asked, person) as (
    select distinct joined.one, joined.one from joined where joined.one = any(%(persons)s::bigint[])
    union
    select reached.asked, joined.other from reached join joined on joined.one = reached.person
)
select reached.asked, reached.person, p.level
from reached join people_person p on p.id = reached.person
order by reached.asked, reached.person
