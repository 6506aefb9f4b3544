"""Writing down what happened to a case: its open facts as they are then, a note sealed; nothing is changed later."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from jejak.kernel.ids import uuid7
from jejak.tracing import sealed
from jejak.tracing.caserules import Facts
from jejak.tracing.models import CaseEvent

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.actions import User
    from jejak.tracing.models import Case

TABLE: Final = "tracing_case_event"
INTERVIEWED: Final = "interviewed"


def event_of(row: Case, *, kind: str, by: User, at: datetime, note: str = "") -> CaseEvent:
    """Return an event of a case as it is now, ready to be stored."""
    uuid = uuid7()
    note_sealed = sealed.shut(note, table=TABLE, column="note", row=uuid)
    return CaseEvent(uuid=uuid, case=row, at=at, by=by, kind=kind, facts=asdict(facts_of(row)), note_sealed=note_sealed)


def last_change(row: Case) -> str:
    """Return the reference of the last event that changed a case, empty if none did; an interview changes nothing."""
    events = CaseEvent.objects.filter(case=row).exclude(kind=INTERVIEWED).order_by("-pk")
    return str(events.values_list("uuid", flat=True).first() or "")


def facts_of(row: Case) -> Facts:
    """Return what is open of a case."""
    return Facts(
        classification=row.classification,
        evidence=row.evidence,
        onset=row.onset.isoformat() if row.onset else "",
        sample=row.sample.isoformat() if row.sample else "",
        state=row.state,
        district=row.district,
        agency=row.agency_id,
        officer=row.officer_id,
        profile=row.profile_id,
        person=row.person_id,
        closed=row.closed_at is not None,
    )
