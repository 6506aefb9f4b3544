"""The pages at a door, and those about it."""
