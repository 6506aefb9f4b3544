-- Other systems' codes and the posters of ours that they stand for: what the check-in lane holds in memory.
-- To refresh one premises, wrap it:  select * from (<this text>) as aliases where premises_id = $1
select alias.digest, alias.poster_id, poster.premises_id
from premises_alias as alias
join premises_poster as poster on poster.id = alias.poster_id
