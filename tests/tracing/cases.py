"""Cases in tests: an office with its officers, and somebody who is reported to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jejak.access.rules import AccountKind
from jejak.kernel import clock
from jejak.kernel.places import local_day

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.models import Agency, User


@dataclass
class Office:
    """A health office; ``officer`` and ``senior`` work there, ``laboratory`` reports to it."""

    agency: Agency
    officer: User
    senior: User
    laboratory: User
    now: datetime

    def report(self, name: str = "Aminah binti Ali", *, by: User | None = None, **given: Any) -> Any:
        """Return a case just reported; its onset is yesterday unless it is said otherwise."""
        from jejak.tracing import actions
        from jejak.tracing.caserules import Given

        facts = {"phone": "+60123456789", "sample": local_day(self.now), "evidence": "laboratory",
                 "reference": f"M-{name}", "classification": "confirmed", "state": "MY-10", "district": "Petaling"}  # fmt: skip
        return actions.report_case(
            given=Given(name=name, **{**facts, **given}), disease="covid-19", office=self.agency.pk,
            by=by or self.laboratory, at=self.now,
        )  # fmt: skip


def office(name: str = "PKD Petaling", *, officer: User | None = None) -> Office:
    """Return an office with its people; ``officer`` joins it if one is there already."""
    from jejak.access import actions as access
    from jejak.access.models import Agency

    now = clock.now()
    agency = Agency.objects.create(name=name, kind="health", state="MY-10", created_at=now)
    lab = Agency.objects.create(name=f"Makmal {name}", kind="laboratory", created_at=now)
    at = name.lower().replace(" ", "-")

    def made(who: str, role: str, where: Agency) -> User:
        user = access.add_account(
            email=f"{who}@{at}.example", name=f"{who.title()} {name}", kind=AccountKind.STAFF, role=role
        )
        user.agency, user.is_demo = where, True
        user.save()
        return user

    if officer is None:
        officer = made("nora", "health_officer", agency)
    else:
        officer.agency = agency
        officer.save()
    return Office(agency, officer, made("rahim", "senior_health_officer", agency), made("siti", "laboratory", lab), now)


def laboratory() -> User:
    """Return who reports the cases of an office whose evidence no officer typed."""
    from jejak.access import actions as access
    from jejak.access.models import User as Account

    email = "salmah@makmal.example"
    there = Account.objects.filter(email=email).first()
    return there or access.add_account(email=email, name="Salmah binti Din", kind=AccountKind.STAFF, role="laboratory")


def case_of(officer: User, *, evidence: str = "laboratory", person: int | None = None) -> Any:
    """Return a case assigned to an officer, as a search names it; their account needs to belong nowhere."""
    from jejak.access.models import Agency
    from jejak.tracing import queries
    from jejak.tracing.models import Case, Profile

    now = clock.now()
    agency = Agency.objects.filter(name="PKD Contoh").first() or Agency.objects.create(
        name="PKD Contoh", kind="health", created_at=now
    )
    many = Case.objects.count() + 1
    row = Case.objects.create(
        number=f"K2026-9{many:05d}", disease="covid-19", profile=Profile.objects.earliest("pk"), agency=agency,
        officer=officer, reported_by=laboratory(), reported_at=now, changed_at=now, sample=local_day(now), evidence=evidence,
        reference="" if evidence == "none" else f"M-{many}", classification="suspected", person_id=person,
    )  # fmt: skip
    return queries.ref_of(row)


def left_cases(officer: User) -> dict[str, dict[str, str]]:
    """Return one of everything of cases that an officer has, by name, as the parts of its address."""
    import io

    from jejak.formats.tablefiles import PAGE
    from jejak.tracing import actions

    ref, now = case_of(officer), clock.now()
    said = actions.add_contact(
        uuid=ref.uuid, by=officer, at=now,
        said=actions.ContactSaid("Nenek Contoh", "household", "case", local_day(now), local_day(now)),
    )  # fmt: skip
    agency = officer.agency_id or 0

    def table(mark: str) -> str:
        data = f"Nama;Tarikh sampel\nOrang {mark} {officer.pk};{local_day(now)}".encode()
        uuid = actions.preview_report(
            file=io.BytesIO(data), name="kes.csv", way="file", disease="covid-19", office=agency, limits=PAGE,
            by=officer, now=now,
        )  # fmt: skip
        return str(uuid)

    done = table("Dua")
    actions.take_report(number=actions.confirm_report(uuid=UUID(done), by=officer, now=now), clock=clock.now)
    case = {"uuid": str(ref.uuid)}
    return {
        "case": case,
        "case-change": case | {"way": "close"},
        "case-said": case | {"said": str(said)},
        "report": {"uuid": table("Satu")},
        "report-done": {"uuid": done},
    }
