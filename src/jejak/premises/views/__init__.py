"""The pages of the premises room, for owners."""
