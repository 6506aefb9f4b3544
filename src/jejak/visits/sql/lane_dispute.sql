-- Note beside visits what their visitors say of them; the visits only get the mark (flag 2048). Said again, it is said once.
-- $1 premises, $2 moments of the check-ins in milliseconds, $3 ids, $4 kinds, $5 told beginnings and $6 told ends in
-- milliseconds (either may be null), $7 moments of saying, $8 uuids, $9 how much may be said of one visit
-- Returns the visits that exist, and how much had been said of each before.
with visit as materialized (
    select given.*, stored.checked_in, (
        select count(*) from visits_dispute as other
        where other.premises_id = given.premises_id and other.checked_in = stored.checked_in and other.visit_id = given.id
    ) as said
    from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::uuid[])
        as given (premises_id, ms, id, kind, came_ms, left_ms, made_ms, uuid)
    join visits_visit as stored
        on stored.premises_id = given.premises_id
        and stored.checked_in = timestamptz 'epoch' + given.ms * interval '1 millisecond'
        and stored.id = given.id
), noted as (
    insert into visits_dispute (uuid, premises_id, checked_in, visit_id, kind, came_at, left_at, made_at)
    select
        uuid, premises_id, checked_in, id, kind,
        timestamptz 'epoch' + came_ms * interval '1 millisecond',
        timestamptz 'epoch' + left_ms * interval '1 millisecond',
        timestamptz 'epoch' + made_ms * interval '1 millisecond'
    from visit
    where said < $9::bigint
    on conflict do nothing
), marked as (
    update visits_visit as stored
    set flags = stored.flags | 2048::smallint
    from visit
    where stored.premises_id = visit.premises_id and stored.checked_in = visit.checked_in and stored.id = visit.id
        and visit.said < $9::bigint and stored.flags & 2048 = 0
)
select premises_id, id, said from visit
