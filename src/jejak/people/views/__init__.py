"""The pages about who somebody is: citizens' sign-in, the counter, people who exist twice."""
