"""Premises: places that people check in at, their zones, opening hours and the posters on their walls."""
