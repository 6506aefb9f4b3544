"""Opening the names of contacts under a look: whom the log knows, whom an interview knows, and who was seen today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jejak.kernel.places import local_day, local_midnight
from jejak.people import queries as people
from jejak.people.errors import PersonRefused
from jejak.tracing import sealed
from jejak.tracing.actions.reading import names
from jejak.tracing.answers import Named
from jejak.tracing.runpurposes import office_name
from jejak.trail import queries as trail

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from jejak.access.actions import Look, User
    from jejak.tracing.models import Contact, SaidContact
    from jejak.trail.rules import Purpose

SAID_TABLE: Final = "tracing_said_contact"


def named(contacts: Iterable[Contact], *, look: Look) -> dict[int, Named]:
    """Return who some contacts are, by the contacts' number, as far as the purpose lets them be seen."""
    listed = list(contacts)
    known = names({one.person_id for one in listed if one.person_id is not None}, look=look)
    return {one.pk: known[one.person_id] if one.person_id is not None else _said(one.said, look=look) for one in listed}


def meant_by_phone(text: str, *, purpose: Purpose, look: Look) -> tuple[int, ...]:
    """Return whom a text may mean if it is a phone number, with everybody who is read as the same."""
    try:
        found = people.find_by_phone(phone=text, by=look.by, purpose=purpose, look=look) if text else ()
    except PersonRefused:
        return ()
    return people.together({one.id for one in found})


def seen_today(*, action: str, by: User, at: datetime) -> frozenset[int]:
    """Return whom a list showed to an account today: whoever walks it all day is on record once for each of them."""
    midnight, office = local_midnight(local_day(at)), office_name(by.pk)
    return trail.shown_for(by_id=by.pk, reference=office, actions=(action,), since=midnight)


def _said(said: SaidContact | None, *, look: Look) -> Named:
    if said is None:  # pragma: no cover - a contact is either of the two
        raise AssertionError
    opened = {
        column: sealed.opened(getattr(said, f"{column}_sealed"), table=SAID_TABLE, column=column, row=said.uuid)
        for column in ("name", "phone", "reach")
    }
    return Named(0, look.name(opened["name"]), look.phone(opened["phone"]), opened["reach"])
