"""Migrations of cases and contacts."""
