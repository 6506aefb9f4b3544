"""What the start page shows: the story with its dates and places, and codes to scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from jejak.access import queries as access
from jejak.demo.accounts import OWNER
from jejak.demo.models import Filling
from jejak.demo.population import story_of
from jejak.demo.scales import SCALES
from jejak.demo.story import CAST
from jejak.formats import shortcode
from jejak.kernel.keys import keyring
from jejak.kernel.periods import Period
from jejak.kernel.places import local_day, local_midnight
from jejak.kernel.settings import settings
from jejak.premises import queries as premises

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from jejak.demo.scales import Scale
    from jejak.demo.story import Guide, Story

SHOWN = (("grocery", False), ("market", False), ("mall", True))
"""The posters on the start page, by trade, and whether it is one of a zone."""


@dataclass(frozen=True, slots=True)
class Scannable:
    """A poster as the start page shows it; ``path`` is where its QR leads on this node."""

    name: str
    zone: str
    kind: str
    district: str
    short_code: str
    path: str


@dataclass(frozen=True, slots=True)
class Tour:
    """What a visitor of the demo is told.

    ``first_day`` and ``last_day`` are the days the case goes out; ``window`` holds both.
    """

    scale: Scale
    until: datetime
    cast: dict[str, Guide]
    places: dict[str, str]
    first_day: date
    last_day: date
    window: Period


def tour() -> Tour | None:
    """Return the tour of the demo this database holds, or ``None`` while none is filled."""
    filling = Filling.objects.filter(finished_at__isnull=False).first()
    if filling is None:
        return None
    story, names = _story(filling.scale, filling.seed, filling.until)
    last, first = (local_day(datetime.fromtimestamp(begin / 1000, tz=UTC)) for begin in story.days)
    return Tour(
        scale=SCALES[filling.scale],
        until=filling.until,
        cast={guide.key: guide for guide in story.persons},
        places=names,
        first_day=first,
        last_day=last,
        window=Period(local_midnight(first), local_midnight(last + timedelta(days=1))),
    )


def scannables() -> tuple[Scannable, ...]:
    """Return posters to scan: a shop's, a market's, and one within a mall."""
    filling = Filling.objects.filter(finished_at__isnull=False).first()
    if filling is None:
        return ()
    story, _ = _story(filling.scale, filling.seed, filling.until)
    owner = access.account(OWNER.email)
    found = []
    for trade, zoned in SHOWN:
        place = premises.place(filling.first_premises + story.places[trade])
        posters = [p for p in premises.posters_of(owner=owner, uuid=place.uuid) if p.retired_at is None]
        posters.sort(key=lambda poster: (bool(poster.zone_name) != zoned, poster.number))  # the first ones stay first
        poster = next(iter(posters), None)
        if poster is not None:
            found.append(
                Scannable(
                    name=place.name,
                    zone=poster.zone_name,
                    kind=place.kind.code,
                    district=place.district,
                    short_code=shortcode.printed(poster.short_code),
                    path=premises.address_of(poster=poster, settings=settings(), keyring=keyring()).removeprefix(
                        settings().base_url
                    ),
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the phone of somebody in the story knows: their number and name, the person and the device."""

    phone: str
    name: str
    person: int
    device: int


def phone_of_case() -> Remembered | None:
    """Return what the case's phone remembers since its first check-in, or ``None`` while nothing is filled."""
    filling = Filling.objects.filter(finished_at__isnull=False).first()
    if filling is None:
        return None
    story, _ = _story(filling.scale, filling.seed, filling.until)
    case = next(guide for guide in story.persons if guide.key == "case")
    number = cast_numbers()[case.key]
    theirs = story.visits.person == number - filling.first_person
    return Remembered(case.phone, case.name, number, device=int(story.visits.device[theirs][0]))


def cast_numbers() -> dict[str, int]:
    """Return the numbers of the story's persons in the database, by their key; nobody while nothing is filled."""
    filling = Filling.objects.filter(finished_at__isnull=False).first()
    if filling is None:
        return {}
    first = filling.first_person + SCALES[filling.scale].people - len(CAST)
    return {guide.key: first + place for place, guide in enumerate(CAST)}


def mall() -> UUID | None:
    """Return the mall of the story, or ``None`` while nothing is filled."""
    filling = Filling.objects.filter(finished_at__isnull=False).first()
    if filling is None:
        return None
    story, _ = _story(filling.scale, filling.seed, filling.until)
    return premises.place(filling.first_premises + story.places["mall"]).uuid


@cache
def _story(scale: str, seed: int, until: datetime) -> tuple[Story, dict[str, str]]:
    story, shops = story_of(scale=scale, seed=seed, until=until)
    return story, {trade: shops.name_of(index) for trade, index in story.places.items()}
