-- Which rows of a file are in the register: a row's place in the list, a premises, and whether it is this owner's.
-- An owner's own closed ones count, others' do not. The key is made as premises_premises.same_key is.
select given.at, min(premises.id), bool_or(premises.owner_id is not distinct from %(owner)s)
from unnest(%(at)s::integer[], %(states)s::text[], %(texts)s::text[]) as given(at, state, text)
join premises_premises as premises
    on premises.same_key = md5(regexp_replace(lower(given.text), '[[:punct:][:space:]]+', '', 'g'))
    and premises.state = given.state
    and (premises.closed_at is null or premises.owner_id is not distinct from %(owner)s)
group by given.at
