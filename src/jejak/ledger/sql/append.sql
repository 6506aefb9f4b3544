-- Keeps records and lets them wait for the log, in the caller's transaction; returns their numbers in order.
-- $1 kind, $2 schema, $3 opened, $4 the records, a line each (their one spelling has no line ends), $5 the salts and
-- $6 the commitments one after the other, 32 bytes each: an array of as many would cost more than the rest.
with kept as (
    insert into ledger_record (kind, schema, opened, record, salt, commitment)
    select
        $1, $2, $3, given.record,
        substring($5::bytea from (number - 1)::int * 32 + 1 for 32),
        substring($6::bytea from (number - 1)::int * 32 + 1 for 32)
    from unnest(string_to_array($4::text, E'\n')) with ordinality as given (record, number)
    order by number
    returning id
), waiting as (
    insert into ledger_waiting (record_id) select id from kept
)
select id from kept order by id
