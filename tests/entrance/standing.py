"""What the door's tests share: a premises with its owner, tablets that are paired, staff with PINs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.test import Client
from premises.weeks import every_day

from jejak.entrance import actions, queries
from jejak.kernel import clock
from jejak.kernel.ids import uuid7
from jejak.premises import actions as premises
from jejak.premises.rules import Details

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.models import User
    from jejak.entrance.queries import Paired
    from jejak.premises.queries import Place

PIN = "482913"


@dataclass
class Door:
    """A premises, its owner, and a moment at which everything happens."""

    owner: User
    place: Place
    now: datetime

    def tablet(self, mode: str, *, zone: int | None = None, name: str = "Pintu utama") -> tuple[str, Paired]:
        """Return the token and the view of a paired tablet."""
        made = actions.add_tablet(by=self.owner, uuid=self.place.uuid, name=name, mode=mode, zone=zone, now=self.now)
        token = actions.pair(code=self.code(made), address_key=uuid7().bytes, now=self.now)
        return token, queries.paired(token=token)

    def code(self, tablet: UUID) -> str:
        """Return the code that a tablet waits for."""
        it = queries.tablet_of(owner=self.owner, uuid=self.place.uuid, tablet=tablet, now=self.now)
        assert it.waits_until is not None
        return queries.code_of(tablet=tablet, until=it.waits_until)

    def member(self, name: str = "Siti Aminah", pin: str = PIN) -> UUID:
        """Return a member of staff."""
        return actions.add_member(by=self.owner, uuid=self.place.uuid, name=name, pin=pin, now=self.now)

    def browser(self, mode: str, **how: Any) -> Client:
        """Return a tablet's browser."""
        client = Client()
        client.cookies["jejak_door"] = self.tablet(mode, **how)[0]
        return client

    def at_work(self, pin: str = PIN) -> Client:
        """Return the browser of a counter at which a member works."""
        client = self.browser("counter")
        answer = client.post(f"/door/staff/{self.member(pin=pin)}", {"pin": pin})
        assert answer.status_code == 302
        return client


def door(owner: User, *, capacity: int | None = 40, now: datetime | None = None) -> Door:
    """Return a premises of an owner."""
    from jejak.visits import actions as visits

    moment = now or clock.now()
    visits.make_days(first=moment.date(), last=moment.date())
    details = Details(
        name="Kedai Kopi Contoh",
        kind="restaurant",
        address="12 Jalan Contoh",
        state="MY-10",
        district="Petaling",
        opening_hours=every_day((0, 1440)),
        capacity=capacity,
    )
    place = premises.register(by=owner, uuid=uuid7(), details=details, now=datetime(2022, 1, 1, tzinfo=UTC)).place
    return Door(owner, place, moment)
