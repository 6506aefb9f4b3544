-- A stay longer than any before at its premises widens the bound by which searches look back; the lane hears of it.
with needed as (
    select * from unnest(%(premises)s::bigint[], %(minutes)s::smallint[]) as given (id, minutes)
),
widened as (
    update premises_premises p
    set longest_minutes = needed.minutes
    from needed
    where p.id = needed.id and p.longest_minutes < needed.minutes
    returning p.id
)
select pg_notify('jejak_posters', id::text) from widened
