"""A citizen's visits in words: days, places, times, how each came in and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jejak.visits import rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.utils.functional import _StrPromise

    from jejak.visits.queries import OwnVisit

WAYS: Final[Mapping[int, _StrPromise]] = {
    rules.WRITTEN_IN: _("Staff at the door wrote you in."),
    rules.CARD: _("Your printed card was scanned at the door."),
    rules.KIOSK: _("You used the tablet at the door."),
    rules.SMS: _("You sent a text message."),
    rules.LATE: _("Your phone sent it later, because it had no network."),
    rules.IMPORTED: _("It was taken over from another system."),
}
DOUBTS: Final[Mapping[int, _StrPromise]] = {
    rules.CLOSED_HOURS: _("The place was closed at that time."),
    rules.TRAVEL: _("You checked in elsewhere so soon that nobody can have made the way."),
    rules.BURST: _("The poster was scanned far more than usual in that hour."),
    rules.CROWDED: _("One phone checked in more than 20 people that day."),
    rules.DISPUTED: _("You told us that this is not right. What you said stands beside it."),
}
OWN_PHONE: Final = _("You checked in with this phone.")


@dataclass(frozen=True, slots=True)
class Told:
    """A visit with its words."""

    visit: OwnVisit
    whose: str
    ways: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of visits, the latest first."""

    day: date
    visits: tuple[Told, ...]


def told(visit: OwnVisit, *, names: Mapping[int, str]) -> Told:
    """Return a visit with its words; ``names`` says whose it is, empty where there is only one person."""
    ways = tuple(str(text) for bit, text in WAYS.items() if visit.flags & bit)
    doubts = tuple(str(text) for bit, text in DOUBTS.items() if visit.flags & bit)
    return Told(visit, names.get(visit.person, ""), ways or (str(OWN_PHONE),), doubts)


def by_day(visits: Sequence[OwnVisit], *, names: Mapping[int, str]) -> tuple[Day, ...]:
    """Return visits, the newest first, by local day."""
    return tuple(
        Day(day, tuple(told(one, names=names) for one in of_day))
        for day, of_day in groupby(visits, key=lambda one: timezone.localtime(one.checked_in).date())
    )
