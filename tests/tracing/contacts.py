"""Contacts in tests: on an office's list, their names released."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jejak.tracing.models import Contact

if TYPE_CHECKING:
    from tracing.conftest import Town
    from tracing.office import Office


def contacts(office: Office, town: Town, number: int, **more: Any) -> list[Contact]:
    """Return so many contacts who were exposed two days ago, each a minute after the one before."""
    at, made = town.at(9), []
    for each in range(number):
        when = at + timedelta(minutes=each)
        facts = {
            "disease": "covid-19",
            "first": when,
            "last": when,
            "tier": 1 + each % 2,
            "found_at": at,
            "released_at": at,
            **more,
        }
        person = town.person(f"Kontak {len(town.persons)}")
        made.append(Contact.objects.create(agency=office.agency, person_id=person, **facts))
    return made
