"""All posters in memory: what a scanned code stands for, without a database read.

Loaded at the start, refreshed when PostgreSQL notifies of a premises, and read anew now and then in case a notice was
lost.  A million posters fit.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jejak.formats import postercode
from jejak.formats.postercode import PosterCodeError
from jejak.lane.errors import PosterRetired, PosterUnknown, PremisesClosed, Unavailable
from jejak.store import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import asyncpg

    from jejak.kernel.keys import Keyring

CHANNEL: Final = "jejak_posters"
CHUNK: Final = 2_000
MOST_DOORS: Final = 200_000


class Place(NamedTuple):
    """What one poster stands for."""

    poster: int
    premises: int
    zone: int | None
    name: str
    branch: str
    zone_name: str
    stay_minutes: int
    longest_minutes: int
    retired: bool
    closed: bool
    ended_ms: int | None  # when it was withdrawn or closed


COLUMNS: Final = ("poster_id", "premises_id", "zone_id", *Place._fields[3:])


@dataclass(frozen=True, slots=True)
class Door:
    """A verified code with its place, and the pieces of an answer that never change."""

    code: str
    place: Place
    premises_json: bytes  # `"premises":{…}`
    receipt_url: bytes  # up to the receipt itself


class Catalogue:
    """The posters of this node by number, and the codes verified so far."""

    def __init__(self, *, ring: Keyring, node: str, base_url: str) -> None:
        """Start empty; nothing is known until `load` has run."""
        self._secrets = {key.id: key.secret for key in ring.all("poster")}
        self._node = node
        self._base_url = base_url
        self._places: dict[int, Place] = {}
        self._doors: dict[str, Door] = {}
        self.loaded = False

    def __len__(self) -> int:
        """Return how many posters are known."""
        return len(self._places)

    def door(self, code: str, *, queued_at: int | None = None) -> Door:
        """Return the place that ``code`` opens, its MAC verified.

        One that waited offline is taken if it was made, at ``queued_at`` in milliseconds, before the poster's end.

        :raises PosterUnknown: the code is none of this node's.
        :raises PosterRetired: the poster was withdrawn.
        :raises PremisesClosed: the premises take no check-ins any more.
        """
        door = self._doors.get(code)
        if door is not None:
            return door
        door = self.any_door(code)
        ended = door.place.ended_ms
        if ended is not None and queued_at is not None and queued_at < ended:
            return door
        if door.place.closed:
            raise PremisesClosed
        if door.place.retired:
            raise PosterRetired
        if len(self._doors) >= MOST_DOORS:
            self._doors.clear()
        self._doors[code] = door
        return door

    def any_door(self, code: str) -> Door:
        """Return the place of a code even if it takes no check-ins any more: its receipts and check-outs stay valid.

        :raises PosterUnknown: the code is none of this node's.
        :raises Unavailable: the posters are still being read.
        """
        try:
            parsed = postercode.parse(code)
        except PosterCodeError:
            raise PosterUnknown from None
        secret = self._secrets.get(parsed.key_version)
        if secret is None or not postercode.verify(parsed, secret=secret):
            raise PosterUnknown
        if not self.loaded:
            raise Unavailable
        place = self._places.get(parsed.number)
        if place is None:
            raise PosterUnknown
        return self._door(parsed.text, place)

    def _door(self, code: str, place: Place) -> Door:
        said = {"name": place.name, "branch": place.branch, "zone": place.zone_name or None, "node": self._node}
        premises = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return Door(code, place, f'"premises":{premises}'.encode(), f"{self._base_url}/p/{code}/receipt/".encode())

    async def load(self, connection: asyncpg.Connection) -> None:
        """Read every poster; requests are answered in between, from what was known before."""
        places: dict[int, Place] = {}
        async with connection.transaction(readonly=True):
            cursor = await connection.cursor(sql.load("premises", "catalogue"))
            while rows := await cursor.fetch(CHUNK):
                for row in rows:
                    places[row["poster_id"]] = _place(row)
                await asyncio.sleep(0)
        self._places, self._doors, self.loaded = places, {}, True

    async def refresh(self, connection: asyncpg.Connection, *, premises: int) -> None:
        """Read the posters of one premises anew."""
        statement = f"select * from ({sql.load('premises', 'catalogue')}) as catalogue where premises_id = $1"  # noqa: S608 - our own file
        for row in await connection.fetch(statement, premises):
            self._places[row["poster_id"]] = _place(row)
        self._doors.clear()


def _place(row: Mapping[str, Any]) -> Place:
    return Place(*(row[column] for column in COLUMNS))
