"""Reading the visit log: who met whom and who was where, on the trail; and how many, which is nobody's data."""

from jejak.visits.queries.numbers import (
    BurstSeen,
    bursts,
    counts_for,
    crowds,
    days,
    hours,
    inside,
    tally,
    usual_hours,
    usual_or_near,
    visits_on,
)
from jejak.visits.queries.own import OwnDispute, OwnVisit, made_elsewhere, own_disputes, own_visits
from jejak.visits.queries.searches import (
    Said,
    check_ins_of,
    contacts_of,
    meetings_of,
    said_of,
    stays_of,
    visitors_of,
    zone_times_of,
)
from jejak.visits.queries.statements import GENERIC

__all__ = [
    "GENERIC",
    "BurstSeen",
    "OwnDispute",
    "OwnVisit",
    "Said",
    "bursts",
    "check_ins_of",
    "contacts_of",
    "counts_for",
    "crowds",
    "days",
    "hours",
    "inside",
    "made_elsewhere",
    "meetings_of",
    "own_disputes",
    "own_visits",
    "said_of",
    "stays_of",
    "tally",
    "usual_hours",
    "usual_or_near",
    "visitors_of",
    "visits_on",
    "zone_times_of",
]
