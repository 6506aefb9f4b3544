-- Let lines of contacts say what their open exposures say; a line that says so already is not written again.
update tracing_contact c
set first = e.first, last = e.last, tier = e.tier
from (
    select contact_id, min(first) as first, max(last) as last, min(tier) as tier
    from tracing_exposure
    where contact_id = any(%(contacts)s::bigint[]) and ended_at is null
    group by contact_id
) e
where c.id = e.contact_id and (c.first, c.last, c.tier) is distinct from (e.first, e.last, e.tier)
