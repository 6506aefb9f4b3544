"""All posters in memory: what a scanned code stands for, another system's too, without a database read.

Loaded at the start, refreshed when PostgreSQL notifies of a premises, and read anew now and then in case a notice was
lost.  A million posters fit.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jejak.formats import oldcodes, postercode
from jejak.formats.oldcodes import OldCodeError
from jejak.formats.postercode import PosterCodeError
from jejak.lane.errors import PosterExpired, PosterRetired, PosterUnknown, PremisesClosed, Unavailable
from jejak.store import sql

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

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
    confirmed: bool  # somebody proved that the owner speaks for it
    retired: bool
    closed: bool
    expires_ms: int | None  # the poster's last moment, if it has one
    ended_ms: int | None  # when it was withdrawn or closed, or its time was over
    replaced: bool  # withdrawn, and another poster hangs in its place


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
        self._active = ring.active("poster").id
        self._node = node
        self._base_url = base_url
        self._places: dict[int, Place] = {}
        self._aliases: dict[bytes, int] = {}  # another system's code, as a digest, to the number of our poster
        self._aliases_at: dict[int, set[bytes]] = {}
        self._doors: dict[str, Door] = {}
        self.loaded = False

    def __len__(self) -> int:
        """Return how many posters are known."""
        return len(self._places)

    def door(self, code: str, *, now: int, queued_at: int | None = None) -> Door:
        """Return the place that ``code`` opens at ``now``: our own code, its MAC verified, or another system's.

        One that waited offline is taken if it was made before the poster's end, at ``queued_at``; in milliseconds.

        :raises PosterUnknown: the code is none of this node's and stands for none.
        :raises PosterRetired: the poster was withdrawn. :raises PosterExpired: its time is over.
        :raises PremisesClosed: the premises take no check-ins any more.
        """
        door = self._doors.get(code)
        if door is not None:
            return door
        door = self.any_door(code)
        ended = ended_at(door.place, now=now)
        if ended is not None:
            if queued_at is None or queued_at >= ended:
                raise _refusal(door.place)
            return door
        # One that expires is looked at each time, and others' codes have too many spellings to keep.
        if door.place.expires_ms is None and len(code) == postercode.LENGTH:
            if len(self._doors) >= MOST_DOORS:
                self._doors.clear()
            self._doors[code] = door
        return door

    def any_door(self, code: str) -> Door:
        """Return the place of a code even if it takes no check-ins any more: its receipts and check-outs stay valid.

        :raises PosterUnknown: the code is none of this node's and stands for none.
        :raises Unavailable: the posters are still being read.
        """
        number, text = self._read(code)
        if not self.loaded:
            raise Unavailable
        place = None if number is None else self._places.get(number)
        if place is not None:
            return self._door(text, place)
        place = self._places.get(self._alias(code))
        if place is None:
            raise PosterUnknown
        key = self._active
        return self._door(postercode.make(number=place.poster, key_version=key, secret=self._secrets[key]), place)

    def _read(self, code: str) -> tuple[int | None, str]:
        """Return a poster's number and its code's one spelling, if the code is ours."""
        try:
            parsed = postercode.parse(code)
        except PosterCodeError:
            return None, code
        secret = self._secrets.get(parsed.key_version)
        ours = secret is not None and postercode.verify(parsed, secret=secret)
        return (parsed.number if ours else None), parsed.text

    def _alias(self, text: str) -> int:
        """Return the number of the poster that another system's code stands for, 0 for none."""
        if not self._aliases:
            return 0
        try:
            return self._aliases.get(oldcodes.read(text).digest, 0)
        except OldCodeError:
            return 0

    def _door(self, code: str, place: Place) -> Door:
        said = {"name": place.name, "branch": place.branch, "zone": place.zone_name or None, "node": self._node}
        premises = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return Door(code, place, f'"premises":{premises}'.encode(), f"{self._base_url}/p/{code}/receipt/".encode())

    async def load(self, connection: asyncpg.Connection) -> None:
        """Read every poster and alias; requests are answered in between, from what was known before."""
        places: dict[int, Place] = {}
        aliases: list[tuple[bytes, int, int]] = []
        async with connection.transaction(readonly=True):
            async for rows in _chunks(connection, "catalogue"):
                places |= {row["poster_id"]: _place(row) for row in rows}
            async for rows in _chunks(connection, "aliases"):
                aliases += [tuple(row) for row in rows]
        self._places, self._aliases, self._aliases_at = places, {}, {}
        self._know(aliases)
        self._doors, self.loaded = {}, True

    async def refresh(self, connection: asyncpg.Connection, *, premises: int) -> None:
        """Read the posters and aliases of one premises anew."""
        posters = await connection.fetch(_of_premises("catalogue"), premises)
        aliases = await connection.fetch(_of_premises("aliases"), premises)
        self._places |= {row["poster_id"]: _place(row) for row in posters}
        for digest in self._aliases_at.pop(premises, ()):
            if self._stands_at(digest) == premises:  # a code that another took over is known by their posters already
                del self._aliases[digest]
        self._know([tuple(row) for row in aliases])
        self._doors.clear()

    def _stands_at(self, digest: bytes) -> int | None:
        place = self._places.get(self._aliases.get(digest, 0))
        return place.premises if place else None

    def _know(self, aliases: list[tuple[bytes, int, int]]) -> None:
        for digest, poster, premises in aliases:
            self._aliases[digest] = poster
            self._aliases_at.setdefault(premises, set()).add(digest)


def ended_at(place: Place, *, now: int) -> int | None:
    """Return when a place's poster ended, ``None`` if at ``now`` it has not; milliseconds since 1970."""
    ends = [place.ended_ms] if place.ended_ms is not None else []
    if place.expires_ms is not None and place.expires_ms <= now:
        ends.append(place.expires_ms)
    return min(ends, default=None)


def _refusal(place: Place) -> PremisesClosed | PosterRetired | PosterExpired:
    kind = PremisesClosed if place.closed else PosterRetired if place.retired else PosterExpired
    premises = {"name": place.name, "branch": place.branch, "zone": place.zone_name or None}
    return kind(premises=premises, replaced=place.replaced, what_to_do=kind.what_to_do)


async def _chunks(connection: asyncpg.Connection, name: str) -> AsyncIterator[list[Any]]:
    cursor = await connection.cursor(sql.load("premises", name))
    while rows := await cursor.fetch(CHUNK):
        yield rows
        await asyncio.sleep(0)


def _of_premises(name: str) -> str:
    return f"select * from ({sql.load('premises', name)}) as found where premises_id = $1"  # noqa: S608 - our own file


def _place(row: Mapping[str, Any]) -> Place:
    return Place(*(row[column] for column in COLUMNS))
