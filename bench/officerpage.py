"""An officer's page as a browser asks for it, through Django's own test client: no network, everything else."""

from __future__ import annotations

from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Final

from jejak.kernel import clock
from jejak.kernel.periods import Period

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.tracing.records import Search
    from jejak.visits.rules import Contact

PURPOSE = "Ukuran kelajuan carian"
SEARCHES_EACH: Final = 45
"""Searches of one account, each with four looks; more than 200 looks in ten minutes are one person's no longer."""


def officer(number: int) -> User:
    """Return a health officer of the bench, made if not there."""
    from jejak.access import actions
    from jejak.access.models import User as Account
    from jejak.access.rules import AccountKind

    email = f"pegawai{number}@contoh.example"
    return Account.objects.filter(email=email).first() or actions.add_account(
        email=email,
        name="Pegawai Contoh",
        kind=AccountKind.STAFF,
        role="health_officer",
        password=token_urlsafe(16),
        is_demo=True,
    )


def searched(*, by: User, person: int, window: Period) -> Search:
    """Return a search for the contacts of a person, on record."""
    from jejak.access import actions as access
    from jejak.tracing import records
    from jejak.trail.rules import Purpose

    case = str(_case(by=by))
    said = Purpose(records.CASE, PURPOSE, case)
    with access.look(by=by, action=records.SEARCHED, purpose=said, at=clock.now()) as look:
        look.shows([person], detail=records.contacts_detail(persons=(person,), window=window, minutes=15, case=case))
    search = records.read(look.entry)
    assert search
    return search


def _case(*, by: User) -> UUID:
    """Return the officer's one case, from which they search; who it is of is nobody of the log."""
    from jejak.access import actions as access
    from jejak.access.rules import AgencyKind
    from jejak.kernel.places import local_day
    from jejak.tracing import actions

    if by.agency_id is None:
        by.agency = access.add_agency(name="Pejabat Ukuran", kind=AgencyKind.HEALTH, now=clock.now())
        by.save(update_fields=["agency"])
    given = actions.Given(
        name="Kes Contoh", sample=local_day(clock.now()), evidence="laboratory", reference=f"UKUR-{by.pk}",
        classification="confirmed",
    )  # fmt: skip
    office = by.agency_id or 0
    return actions.report_case(given=given, disease="covid-19", office=office, by=by, at=clock.now()).uuid


def contacts(search: Search, *, by: User) -> list[Contact]:
    """Return the contacts of a search's person, as the rooms above ask for them, under a look of their own."""
    from jejak.access import actions as access
    from jejak.tracing.records import SHOWN
    from jejak.visits import queries

    with access.look(by=by, action=SHOWN, purpose=search.said, at=clock.now()) as look:
        look.shows(())
        return queries.contacts_of(
            persons=search.persons, period=search.window, minutes=15, by=by, purpose=search.said, look=look
        )


@dataclass(slots=True)
class Desk:
    """Signed-in health officers, one after the other, with a window to search in."""

    period: Period
    client: Any = None
    officer: Any = None
    searches: int = field(default=0)

    @classmethod
    def open(cls, *, window: tuple[datetime, datetime]) -> Desk:
        """Return a desk."""
        from django.conf import settings

        settings.JEJAK_DEMO = True
        settings.ALLOWED_HOSTS = ["*"]
        return cls(Period(*window))

    def search(self, person: int) -> Search:
        """Return a search for this person on record, by the next officer when one has looked enough."""
        from django.test import Client

        if self.searches % SEARCHES_EACH == 0:
            self.officer, self.client = officer(self.searches // SEARCHES_EACH), Client()
            self.client.force_login(self.officer)
        self.searches += 1
        return searched(by=self.officer, person=person, window=self.period)

    def contacts(self, search: Search) -> list[Contact]:
        """Return the contacts with the look's trail."""
        return contacts(search, by=self.officer)

    def page(self, search: Search) -> bytes:
        """Return the page with the counts."""
        from django.urls import reverse

        return self._answered(self.client.get(reverse("tracing:contacts", args=[search.uuid])))

    def names(self, search: Search) -> bytes:
        """Return the part of the page with the names of its first contacts, shown for the first time."""
        from django.urls import reverse

        address = reverse("tracing:contacts-names", args=[search.uuid])
        return self._answered(self.client.post(address, {"minutes": "15"}, headers={"HX-Request": "true"}))

    @staticmethod
    def _answered(answer: Any) -> bytes:  # noqa: ANN401 - Django's own
        assert answer.status_code == 200, answer.status_code
        return bytes(answer.content)
