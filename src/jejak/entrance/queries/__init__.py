"""Reading what stands at a door, and the numbers of a day."""
