-- Gives the next places to what waits, whatever became visible, and returns the entries in their order.
with taken as (
    delete from ledger_waiting
    where record_id in (select record_id from ledger_waiting order by record_id limit %(most)s)
    returning record_id
), placed as (
    insert into ledger_place (index, record_id)
    select %(size)s + row_number() over (order by record_id) - 1, record_id
    from taken
    returning index, record_id
)
select record.kind, record.schema, record.commitment
from placed
join ledger_record record on record.id = placed.record_id
order by placed.index
