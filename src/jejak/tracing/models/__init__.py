"""Cases, their stays, runs of the search, and contacts; no model leaves this room."""

from jejak.tracing.models.cases import Case, CaseEvent, Profile, Report, ReportRow
from jejak.tracing.models.contacts import Contact, ContactEvent, Exposure, Run, RunCase
from jejak.tracing.models.onward import Onward
from jejak.tracing.models.stays import CaseStay, SaidContact

__all__ = [
    "Case",
    "CaseEvent",
    "CaseStay",
    "Contact",
    "ContactEvent",
    "Exposure",
    "Onward",
    "Profile",
    "Report",
    "ReportRow",
    "Run",
    "RunCase",
    "SaidContact",
]
