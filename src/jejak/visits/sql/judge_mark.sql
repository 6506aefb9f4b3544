-- Set flags; who is changing a visit meanwhile is not waited for, the next run comes back to it.
-- Returns the bits that were set, one row a visit.
with due as materialized (
    select v.premises_id, v.checked_in, v.id, g.bits & ~v.flags as bits
    from unnest(
        %(premises)s::bigint[], %(moments)s::timestamptz[], %(ids)s::uuid[], %(bits)s::smallint[]
    ) as g (premises_id, checked_in, id, bits)
    join visits_visit v on v.premises_id = g.premises_id and v.checked_in = g.checked_in and v.id = g.id
    where v.flags & g.bits <> g.bits
        and v.checked_in >= %(first)s::timestamptz and v.checked_in <= %(last)s::timestamptz
    for update of v skip locked
)
update visits_visit v
set flags = v.flags | due.bits
from due
where v.premises_id = due.premises_id and v.checked_in = due.checked_in and v.id = due.id
    and v.checked_in >= %(first)s::timestamptz and v.checked_in <= %(last)s::timestamptz
returning due.bits
