-- Keeps records and lets them wait for the log, in the caller's transaction; returns their numbers in order.
with kept as (
    insert into ledger_record (kind, schema, record, salt, commitment, opened)
    select %(kind)s, %(schema)s, given.record, given.salt, given.commitment, %(opened)s
    from unnest(%(records)s::text[], %(salts)s::bytea[], %(commitments)s::bytea[])
        with ordinality as given (record, salt, commitment, number)
    order by given.number
    returning id
), waiting as (
    insert into ledger_waiting (record_id) select id from kept
)
select id from kept order by id
