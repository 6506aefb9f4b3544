"""The tables of public numbers and of finished days."""
