"""Cases, their stays, runs of the search, contacts, notices and follow-up; no model leaves this room."""

from jejak.tracing.models.cases import Case, CaseEvent, Profile, Report, ReportRow
from jejak.tracing.models.contacts import Contact, ContactEvent, Exposure, Run, RunCase
from jejak.tracing.models.follow_up import Assessment, FollowUp, QuarantineTable
from jejak.tracing.models.notices import Notice, NoticeBatch, NoticeDispute
from jejak.tracing.models.onward import Onward
from jejak.tracing.models.stays import CaseStay, SaidContact

__all__ = [
    "Assessment",
    "Case",
    "CaseEvent",
    "CaseStay",
    "Contact",
    "ContactEvent",
    "Exposure",
    "FollowUp",
    "Notice",
    "NoticeBatch",
    "NoticeDispute",
    "Onward",
    "Profile",
    "QuarantineTable",
    "Report",
    "ReportRow",
    "Run",
    "RunCase",
    "SaidContact",
]
