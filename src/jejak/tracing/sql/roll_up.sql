-- Let lines of contacts say what their open exposures say; a line that says so already is not written again.
update tracing_contact c
set first = e.first, last = e.last, tier = e.tier
from (
    -- What backward runs found counts for a line that nothing else exposes.
    select
        contact_id,
        coalesce(min(x.first) filter (where r.direction is distinct from 'backward'), min(x.first)) as first,
        coalesce(max(x.last) filter (where r.direction is distinct from 'backward'), max(x.last)) as last,
        coalesce(min(x.tier) filter (where r.direction is distinct from 'backward'), min(x.tier)) as tier
    from tracing_exposure x
    left join tracing_run r on r.id = x.run_id
    where x.contact_id = any(%(contacts)s::bigint[]) and x.ended_at is null
    group by contact_id
) e
where c.id = e.contact_id and (c.first, c.last, c.tier) is distinct from (e.first, e.last, e.tier)
