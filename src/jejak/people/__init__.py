"""Persons: who a phone number and a name typed at a door stand for, sealed and found again by blind index."""
