"""An office with its officers and cases, in a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tracing.cases import laboratory

from jejak.access.rules import AccountKind, AgencyKind
from jejak.kernel import clock

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from jejak.access.models import User
    from jejak.tracing.models import Case


@dataclass
class Office:
    """A health office; ``officer`` belongs to it."""

    agency: Any
    officer: User
    cases: list[Case] = field(default_factory=list)

    @classmethod
    def open(cls, officer: User, *, name: str = "Pejabat Kesihatan Petaling") -> Office:
        from jejak.access import actions as access

        agency = access.add_agency(name=name, kind=AgencyKind.HEALTH, now=clock.now())
        officer.agency = agency
        officer.save()
        return cls(agency, officer)

    def colleague(self, name: str, *, role: str = "health_officer") -> User:
        from jejak.access import actions as access

        found = access.add_account(
            email=f"{name.split(maxsplit=1)[0].lower()}@contoh.example", name=name, kind=AccountKind.STAFF, role=role,
            password="rahsia-contoh-9", is_demo=True, state="MY-10",
        )  # fmt: skip
        found.agency = self.agency
        found.save()
        return found

    def case(self, person: int | None, *, onset: date, evidence: str = "laboratory", **more: Any) -> Case:
        from jejak.tracing.models import Case, Profile

        number = f"KES-{Case.objects.count() + 1:04d}"
        values: dict[str, Any] = {
            "number": number,
            "disease": "covid-19",
            "profile": Profile.objects.filter(disease="covid-19").order_by("-version")[0],
            "person_id": person,
            "onset": onset,
            "evidence": evidence,
            "reference": "" if evidence == "none" else f"MAKMAL-{number}",
            "classification": "confirmed" if evidence != "none" else "suspected",
            "agency": self.agency,
            "reported_by": laboratory(),
            "reported_at": clock.now(),
            "changed_at": clock.now(),
        }
        made = Case.objects.create(**values | more)
        self.cases.append(made)
        return made

    def run(self, *cases: Case, direction: str = "forward", minutes: int = 15, by: User | None = None) -> Any:
        """Start a run over cases (all, if none is named) and do it; return its row."""
        from jejak.tracing import actions
        from jejak.tracing.models import Run
        from jejak.tracing.sliders import Sliders
        from jejak.tracing.windows import Direction

        uuid: UUID = actions.start_run(
            cases=[one.uuid for one in cases or self.cases],
            direction=Direction(direction),
            sliders=Sliders(minutes=minutes),
            purpose="Kluster Tembok, kes minggu ini",
            by=by or self.officer,
            at=clock.now(),
        )
        run = Run.objects.get(uuid=uuid)
        actions.go_on(number=run.pk, clock=clock.now)
        run.refresh_from_db()
        return run


def left_behind(officer: User, *, person: int) -> dict[str, str]:
    """Return a finished run of an officer's office, and a contact on its list who is followed up, by reference."""
    from jejak.tracing import actions
    from jejak.tracing.models import Contact, Profile, Run, RunCase

    now = clock.now()
    office = Office(officer.agency, officer)
    ill = office.case(None, onset=now.date(), name_sealed=b"x", evidence="none")
    run = Run.objects.create(
        direction="forward",
        profile=Profile.objects.filter(disease="covid-19")[0],
        settings={"minutes": 15},
        purpose="Kluster Tembok minggu ini",
        asked_by=officer,
        agency=office.agency,
        asked_at=now,
        finished_at=now,
    )
    RunCase.objects.create(run=run, case=ill, start=now - timedelta(days=2), end=now, done_at=now)
    facts = {"first": now, "last": now, "tier": 1, "found_at": now, "released_at": now}
    contact = Contact.objects.create(disease="covid-19", agency=office.agency, person_id=person, **facts)
    dispute = _disputed(contact, ill, office)
    batch = contact.notices.get().batch
    actions.start_follow_ups(contacts=[contact], by=officer, at=now)
    return {
        "run": str(run.uuid),
        "contact": str(contact.uuid),
        "dispute": dispute,
        "notice-batch": str(batch.uuid),
        "notice": str(contact.notices.get().uuid),
    }


def _disputed(contact: Any, ill: Case, office: Office) -> str:
    """Return what a contact says of a stay that a notice names, by reference."""
    from tracing.notified import notice_to

    from jejak.tracing.models import Exposure, NoticeDispute

    start, end = contact.last - timedelta(hours=1), contact.last
    times = {"start": start.isoformat(), "end": end.isoformat(), "minutes": 60}
    stretch = {"premises": 1, "zone": None, "close": 60, "near": 1, "crowd": 2, "observed": True, "flags": 0, **times}
    exposure = Exposure.objects.create(
        contact=contact, case=ill, minutes=60, first=start, last=end, tier=1, observed=True, why=[stretch]
    )
    notice = notice_to(contact, office=office)
    said = NoticeDispute.objects.create(notice=notice, exposure=exposure, stay=0, says="not-there", at=clock.now())
    return str(said.uuid)
