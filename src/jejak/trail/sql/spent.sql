-- How often account %(by)s looked since %(looks)s, and how many people it was shown since %(people)s; refusals left out.
with mine as materialized (
    select id, at from trail_entry
    where by_id = %(by)s and at >= %(both)s and refused = '' and kind <> ''
)
select
    (select count(*) from mine where at >= %(looks)s),
    (select count(*) from mine join trail_subject s on s.entry_id = mine.id where mine.at >= %(people)s)
