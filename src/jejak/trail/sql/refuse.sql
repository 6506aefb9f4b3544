-- A look that was refused, with the persons it asked about.
with entry as (
    insert into trail_entry (uuid, at, by_id, by_name, agency, action, purpose, kind, reference, refused, detail)
    values (
        %(uuid)s, coalesce(%(at)s::timestamptz, now()), %(by_id)s, %(by_name)s, %(agency)s, %(action)s, %(purpose)s,
        %(kind)s, %(reference)s, %(refused)s, %(detail)s
    )
    returning id
)
insert into trail_subject (entry_id, person_id)
select entry.id, person from entry, unnest(%(persons)s::bigint[]) as person
