-- Write down what became of the rows of a portion.
update premises_importrow as line
set outcome = given.outcome, reasons = given.reasons::jsonb, premises_id = given.premises
from unnest(%(ids)s::bigint[], %(outcomes)s::text[], %(reasons)s::text[], %(premises)s::bigint[])
    as given(id, outcome, reasons, premises)
where line.id = given.id
