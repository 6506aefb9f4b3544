"""The place a tablet stands at, as its pages need it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jejak.entrance.errors import PosterElsewhere, PosterEnded
from jejak.premises import queries as premises

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.entrance.queries.tablets import Paired
    from jejak.premises.queries import Place, PosterOf


@dataclass(frozen=True, slots=True)
class Account:
    """Whoever answers for what happens at a door: an account's number, and a name as the trail shows it."""

    id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a tablet stands; ``minutes`` is the typical stay there, ``capacity`` is known of whole premises alone."""

    place: Place
    zone: int | None
    zone_name: str
    minutes: int

    @property
    def capacity(self) -> int | None:
        """How many the place holds."""
        return None if self.zone else self.place.capacity


def standing(*, tablet: Paired) -> Standing:
    """Return where a tablet stands."""
    place = premises.place(tablet.premises)
    minutes = place.stay_minutes
    if tablet.zone is not None:
        zones = premises.zones_of(owner=Account(place.owner_id, ""), uuid=place.uuid)
        minutes = next((zone.stay_minutes for zone in zones if zone.id == tablet.zone), minutes)
    return Standing(place=place, zone=tablet.zone, zone_name=tablet.zone_name, minutes=minutes)


def at_poster(*, tablet: Paired, text: str, at: datetime) -> Paired:
    """Return a tablet as if it stood where a poster of its premises hangs: our code, a short one, or an imported one.

    :raises UnknownPoster: no poster is meant by the text.
    :raises PosterElsewhere: it hangs at another premises. :raises PosterEnded: it takes no check-ins any more.
    """
    poster = premises.poster_for(text=text)
    if poster.place.id != tablet.premises:
        raise PosterElsewhere
    if not poster.works_at(at):
        raise PosterEnded
    return replace(tablet, zone=poster.zone_id, zone_name=poster.zone_name)


def poster_for_phones(*, at: Standing, now: datetime) -> PosterOf | None:
    """Return the newest poster on the wall of a place, which a kiosk shows to those with a phone."""
    posters = premises.posters_of(owner=Account(at.place.owner_id, ""), uuid=at.place.uuid)
    return next((poster for poster in posters if poster.zone_id == at.zone and poster.works_at(now)), None)
