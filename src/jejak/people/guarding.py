"""When acting for somebody ends by itself: at the 18th birthday of whoever was a minor when it began."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from jejak.kernel.places import local_day
from jejak.kernel.settings import settings
from jejak.people import rules
from jejak.people.models import Guardian, Offer
from jejak.people.opened import birth_of
from jejak.trail import actions as trail
from jejak.trail.actions import Machine

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.people.models import Person

OF_AGE: Final = "people.of-age"
SAID_BEFORE: Final = timedelta(days=30)
"""How long before, the pages of both say that it ends."""


def ends_on(*, dependant: Person, since: datetime) -> date | None:
    """Return the day on which acting for somebody ends by itself, or nothing.

    Nothing where the birth date is unknown, and where they were of age when it began: then it has another reason.
    """
    birth = birth_of(dependant)
    if birth is None:
        return None
    day = rules.of_age_on(birth)
    return day if local_day(since) < day else None


def over(link: Guardian, *, now: datetime) -> bool:
    """Return whether acting for somebody is past its day, also where no run has ended it yet."""
    day = ends_on(dependant=link.dependant, since=link.since)
    return day is not None and day <= local_day(now)


def come_of_age(*, now: datetime) -> int:
    """Return how many guardianships ended because the dependant came of age; a second run ends none."""
    machine = Machine(0, settings().node_name)
    links = Guardian.objects.filter(ended_at=None).select_related("dependant").order_by("pk")
    past = [one.pk for one in links if over(one, now=now)]
    ended = 0
    for number in past:
        with transaction.atomic():
            row = Guardian.objects.select_for_update().filter(pk=number, ended_at=None).first()
            if row is None:
                continue
            row.ended_at = now
            row.save(update_fields=["ended_at"])
            Offer.objects.filter(dependant=row.dependant_id, ended_at=None).update(ended_at=now)
            pair = [row.dependant_id, row.guardian_id]
            trail.record(by=machine, action=OF_AGE, purpose="came of age", persons=pair, at=now)
            ended += 1
    return ended
