"""An officer's page as a browser asks for it, through Django's own test client: no network, everything else."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from jejak.kernel import clock
from jejak.kernel.periods import Period

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.visits.rules import Contact

PURPOSE = "Ukuran kelajuan carian"
EMAIL = "pegawai@contoh.example"


@dataclass(slots=True)
class Desk:
    """A signed-in health officer with a window to search in."""

    client: Any
    officer: Any
    period: Period

    @classmethod
    def open(cls, *, window: tuple[datetime, datetime]) -> Desk:
        """Return a desk; the account is made if it is not there."""
        from django.conf import settings
        from django.test import Client

        from jejak.access import actions
        from jejak.access.models import User

        settings.JEJAK_DEMO = True
        settings.ALLOWED_HOSTS = ["*"]
        officer = User.objects.filter(email=EMAIL).first() or actions.add_account(
            email=EMAIL,
            name="Pegawai Contoh",
            kind="staff",
            role="health_officer",
            password=token_urlsafe(16),
            state="MY-10",
            is_demo=True,
        )
        client = Client()
        client.force_login(officer)
        return cls(client, officer, Period(*window))

    def contacts(self, person: int) -> list[Contact]:
        """Return the contacts of a person, as the rooms above ask for them."""
        from jejak.visits import queries

        return queries.contacts_of(persons=[person], period=self.period, minutes=15, by=self.officer, purpose=PURPOSE)

    def address(self, person: int) -> str:
        """Return where the page of a search for this person is, the search being on record."""
        from django.urls import reverse

        from jejak.tracing import records
        from jejak.trail import actions as trail

        detail = records.contacts_detail(persons=(person,), window=self.period, minutes=15)
        entry = trail.record(
            by=self.officer, action=records.SEARCHED, purpose=PURPOSE, persons=[person], detail=detail, at=clock.now()
        )
        return reverse("tracing:contacts", args=[entry.uuid])

    def page(self, address: str) -> bytes:
        """Return the page."""
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.status_code
        return bytes(answer.content)
