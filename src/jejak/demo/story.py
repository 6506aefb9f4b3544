"""The persons of the guided tour: a case and those it met, each for one thing a search must get right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from jejak.demo.columns import DISPUTED, END_OBSERVED, HALF_HOUR, MINUTE, Outings, devices, uuid7_bytes
from jejak.demo.names import MARK
from jejak.demo.noise import generator
from jejak.demo.residents import phone_number
from jejak.demo.trades import CLASSES

if TYPE_CHECKING:
    from jejak.demo.shops import Shops
    from jejak.demo.world import Window

HOME_STATE: Final = "MY-10"
HOME_DISTRICT: Final = "Petaling"
WORKING_DAYS: Final = 5
DAY: Final = 24 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Guide:
    """One person of the tour; ``number`` is the phone's within the demo's block."""

    key: str
    name: str
    number: int

    @property
    def phone(self) -> str:
        """The phone number, E.164."""
        return phone_number(self.number)


CAST: Final = (
    Guide("case", f"Farid bin Osman {MARK}", 1),
    Guide("spouse", f"Mariam binti Salleh {MARK}", 2),
    Guide("child", f"Adam bin Farid {MARK}", 1),  # two who share a phone stay two
    Guide("exact", f"Tan Wei Ming {MARK}", 3),
    Guide("nearly", f"Lim Siew Fong {MARK}", 4),
    Guide("moved", f"Rohana binti Idris {MARK}", 5),
    Guide("colleague", f"Kavitha a/p Muthu {MARK}", 6),
    Guide("forgot", f"Jeffrey Gudin {MARK}", 7),
    Guide("again", f"Kavitha Muthu {MARK}", 6),  # the colleague once more, as she typed her name another day
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One visit, on the last working day (0) or the one before (1); minutes ``None``: no check-out.

    ``says`` is what the visitor says of it afterwards: ``not-me``, or minutes after which they had left.
    """

    who: str
    where: str
    day: int
    at: str
    minutes: int | None = None
    zone: int | None = None
    says: int | str | None = None


SCENES: Final = (
    Scene("case", "market", 0, "08:00", 60),
    Scene("exact", "market", 0, "08:45", 30),  # together for exactly 15 minutes
    Scene("nearly", "market", 0, "08:46", 30, says="not-me"),  # 14 minutes: shown only when the least is lowered
    Scene("moved", "market", 0, "08:10"),  # no check-out, but 22 minutes later at the grocery
    Scene("moved", "grocery", 0, "08:32"),
    Scene("case", "office", 0, "09:30", 495),
    Scene("colleague", "office", 0, "09:00", 540),  # both ends observed
    Scene("forgot", "office", 0, "10:05", says=325),  # no check-out: an estimated end, and one told later
    Scene("case", "grocery", 0, "18:15"),
    Scene("spouse", "grocery", 0, "18:15"),
    Scene("child", "grocery", 0, "18:16"),
    Scene("case", "office", 1, "08:55", 215),
    Scene("colleague", "office", 1, "08:40", 230),
    Scene("case", "restaurant", 1, "12:40", 55),
    Scene("colleague", "restaurant", 1, "12:45", 45),
    Scene("again", "restaurant", 1, "20:10", 35),
    Scene("case", "mall", 1, "19:30", 40),
    Scene("spouse", "mall", 1, "19:30", 40),
    Scene("case", "mall", 1, "19:32", zone=4),  # through the mall: the bookshop, then the food court
    Scene("spouse", "mall", 1, "19:33", zone=4),
    Scene("case", "mall", 1, "19:44", 24, zone=1),
    Scene("spouse", "mall", 1, "19:45", 23, zone=1),
)

# The places of the tour by trade, with about how many check-ins a day: some strangers, few enough to read.
SETTINGS: Final = {"market": 8.0, "office": 9.0, "grocery": 6.0, "restaurant": 8.0, "mall": 60.0}


@dataclass(frozen=True, slots=True)
class Story:
    """The cast, the premises they meet at (by trade), the two days' beginnings (ms), and their visits."""

    persons: tuple[Guide, ...]
    places: dict[str, int]
    days: tuple[int, int]
    visits: Outings


def tell(*, premises: Shops, windows: tuple[Window, ...], first_person: int, seed: int) -> Story:
    """Return the story set into a population whose guided persons are numbered from ``first_person``."""
    places = {trade: _place(premises, trade, about) for trade, about in SETTINGS.items()}
    working = [
        window.midnight for window in windows if window.end - window.start == DAY and window.weekday < WORKING_DAYS
    ]
    days = (working[-1], working[-2])
    return Story(CAST, places, days, _visits(premises, places, days, first_person, seed))


def _place(premises: Shops, trade: str, about: float) -> int:
    """Return a premises of a trade, where possible in the home district, with about so many check-ins a day."""

    def distance(index: int) -> tuple[bool, bool, bool, float]:
        busier = abs(float(np.log(premises.weight[index] / about)))
        elsewhere = premises.district_of(index) != HOME_DISTRICT
        return premises.state_of(index) != HOME_STATE, busier > np.log(6), elsewhere, busier

    return min((i for i in range(len(premises)) if premises.trade_of(i).code == trade), key=distance)


def _visits(premises: Shops, places: dict[str, int], days: tuple[int, int], first_person: int, seed: int) -> Outings:
    keys = [guide.key for guide in CAST]
    place = np.array([places[scene.where] for scene in SCENES], dtype=np.int32)
    person = np.array([first_person + keys.index(scene.who) for scene in SCENES], dtype=np.int32)
    checked_in = np.array([days[scene.day] + _milliseconds(scene.at) for scene in SCENES], dtype=np.int64)
    stays = [
        premises.trade_of(places[scene.where]).stay if scene.minutes is None else scene.minutes for scene in SCENES
    ]
    zoned = [scene.zone if premises.zone_count[places[scene.where]] else None for scene in SCENES]
    first_zone = premises.zone_first[place]
    return Outings(
        premises=place,
        person=person,
        checked_in=checked_in,
        until=checked_in + np.array(stays, dtype=np.int64) * MINUTE,
        zone=np.array([-1 if z is None else first_zone[row] + z for row, z in enumerate(zoned)], dtype=np.int32),
        device=devices(person=person, seed=seed, second=np.zeros(len(SCENES), dtype=bool)),
        flags=np.array(
            [END_OBSERVED * (scene.minutes is not None) + DISPUTED * (scene.says is not None) for scene in SCENES],
            dtype=np.int16,
        ),
        id=uuid7_bytes(checked_in, generator(seed, "story")),
    )


def _milliseconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 2 * HALF_HOUR + int(minutes) * MINUTE


def open_at_all_scenes(premises: Shops, places: dict[str, int]) -> bool:
    """Return whether every scene's premises is open on a working day at the scene's time."""
    for scene in SCENES:
        hour = _milliseconds(scene.at) / (2 * HALF_HOUR)
        hours = CLASSES[premises.opening[places[scene.where]]].hours
        if not any(begin <= hour < end for begin, end in hours.on(0)):
            return False
    return True
