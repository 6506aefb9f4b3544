"""Reading the visit log: who met whom and who was where, on the trail; and how many, which is nobody's data."""

from jejak.visits.queries.numbers import (
    BurstSeen,
    bursts,
    counts_for,
    days,
    hours,
    inside,
    tally,
    usual_hours,
    visits_on,
)
from jejak.visits.queries.searches import contacts_of, stays_of, visitors_of
from jejak.visits.queries.statements import GENERIC

__all__ = [
    "GENERIC",
    "BurstSeen",
    "bursts",
    "contacts_of",
    "counts_for",
    "days",
    "hours",
    "inside",
    "stays_of",
    "tally",
    "usual_hours",
    "visitors_of",
    "visits_on",
]
