-- The rows that are in no closed day yet: entries from before a moment, and the persons that such entries name.
select 0 as part, entry.id as row, entry.agency
from trail_entry entry
where entry.at < %(before)s
  and not exists (select from trail_leaf leaf where leaf.part = 0 and leaf.row = entry.id)
union all
select 1, subject.id, entry.agency
from trail_subject subject
join trail_entry entry on entry.id = subject.entry_id
where entry.at < %(before)s
  and not exists (select from trail_leaf leaf where leaf.part = 1 and leaf.row = subject.id)
order by 1, 2
