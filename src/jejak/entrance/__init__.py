"""Every other way in at a door: tablets, staff, printed cards, text messages; and the owner's day."""
