-- The local days that the log has a partition for.
select to_date(right(relation.relname, 8), 'YYYYMMDD') as day
from pg_inherits
join pg_class relation on relation.oid = inhrelid
where inhparent = 'visits_visit'::regclass
order by day
