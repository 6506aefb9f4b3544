"""Jejak: check-in, contact tracing, SOP audit, vaccination records and their helpdesk."""
