"""A notice in tests: to somebody whom a case met, sent an hour ago, and what its reader does with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jejak.kernel import clock
from jejak.kernel.places import local_day
from jejak.tracing import exposures
from jejak.tracing.models import Contact, Notice, NoticeBatch

if TYPE_CHECKING:
    from datetime import datetime

    from tracing.office import Office


def notice_to(contact: Contact, *, office: Office, at: datetime | None = None, **more: Any) -> Notice:
    """Return a notice to a contact that names every stay of its open exposures; sent by SMS just now."""
    now = at or clock.now()
    batch = NoticeBatch.objects.create(
        agency=office.agency, asked_by=office.officer, asked_at=now, digest=b"x", confirmed_at=now, finished_at=now
    )
    named = [
        {"exposure": one.pk, "stay": number, "premises": each.premises, "zone": each.zone,
         "start": each.period.start.isoformat(), "end": each.period.end.isoformat()}
        for one in contact.exposures.filter(ended_at=None).order_by("pk")
        for number, each in enumerate(exposures.read(one.why).stretches)
    ]  # fmt: skip
    until = local_day(now) + timedelta(days=7)
    values: dict[str, Any] = {
        "way": "sms", "language": "ms", "day": local_day(contact.last), "named": named, "sent_at": now,
        "advice": {"until": until.isoformat(), "tests": [], "row": 5, "table": "", "self": False},
        "ends_at": max(contact.last + timedelta(days=28), now + timedelta(days=7)),
    }  # fmt: skip
    return Notice.objects.create(batch=batch, contact=contact, **values | more)


def released(run: Any, person: int) -> Contact:
    """Return the contact that a run found of a person, its name shown to an officer."""
    found: Contact = Contact.objects.get(exposures__run=run, exposures__ended_at=None, person=person)
    Contact.objects.filter(pk=found.pk).update(released_at=clock.now())
    found.refresh_from_db()
    return found


def code_sent() -> str:
    """Return the digits of the code that was sent last."""
    from jejak.kernel.sealing import sealer
    from jejak.messaging.models import Message

    message = Message.objects.filter(kind="code").latest("pk")
    slots = sealer().unseal(
        table="messaging_message", column="slots", row=message.uuid, sealed=bytes(message.slots_sealed or b"")
    )
    code: str = json.loads(slots)["code"]
    return code


@dataclass
class Reader:
    """Whoever has the link of a notice, in a browser of their own."""

    client: Any
    notice: Notice

    @property
    def address(self) -> str:
        """The page."""
        return f"/notices/{self.notice.uuid}/"

    def page(self) -> str:
        """Return the page as it is now."""
        answer = self.client.get(self.address)
        assert answer.status_code == 200, answer.status_code
        text: str = answer.content.decode()
        return text

    def prove(self) -> None:
        """Ask for a code and type it."""
        assert self.client.post(f"{self.address}code/").status_code == 302
        answer = self.client.post(f"{self.address}open/", {"code": code_sent()})
        assert answer.status_code == 302, answer.content

    def says(self, kind: str, *, number: int = 1, **more: str) -> Any:
        """Say what of a stay is wrong."""
        return self.client.post(f"{self.address}stays/{number}/", {"says": kind, **more})
