"""The demo's one table: how far its filling has come."""
