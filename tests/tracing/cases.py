"""Cases in tests: an office with its officers, and somebody who is reported to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jejak.access import actions as access
from jejak.access.models import Agency, User
from jejak.kernel import clock
from jejak.kernel.places import local_day

if TYPE_CHECKING:
    from datetime import datetime


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
    now = clock.now()
    agency = Agency.objects.create(name=name, kind="health", state="MY-10", created_at=now)
    lab = Agency.objects.create(name=f"Makmal {name}", kind="laboratory", created_at=now)
    at = name.lower().replace(" ", "-")

    def made(who: str, role: str, where: Agency) -> User:
        user = access.add_account(email=f"{who}@{at}.example", name=f"{who.title()} {name}", kind="staff", role=role)
        user.agency, user.is_demo = where, True
        user.save()
        return user

    if officer is None:
        officer = made("nora", "health_officer", agency)
    else:
        officer.agency = agency
        officer.save()
    return Office(agency, officer, made("rahim", "senior_health_officer", agency), made("siti", "laboratory", lab), now)
