"""Opening hours for tests."""

from jejak.premises.rules import OpeningHours


def every_day(*ranges: tuple[int, int]) -> OpeningHours:
    """Return a week of equal days, from ranges in minutes of the day."""
    return OpeningHours((ranges,) * 7)
