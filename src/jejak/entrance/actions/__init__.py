"""Changing what stands at a door: tablets, staff, cards, and the visits that they write."""
