-- How many premises each state has that are not closed.
select state, count(*) from premises_premises where closed_at is null group by state
