-- How many persons there are.
select count(*) from people_person
