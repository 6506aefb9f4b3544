"""A check-in from its checked request to its commit: who comes, what is queued, and what is handed back."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from jejak.kernel.ids import uuid7
from jejak.lane.errors import VisitorUnknown
from jejak.lane.protocol import Newcomer
from jejak.lane.rules import Moment
from jejak.lane.visits import First, PhoneOf, SealedPhone, Stored, Visit
from jejak.people import rules as people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jejak.kernel.sealing import BlindIndex, Sealer
    from jejak.lane.batch import GroupCommit
    from jejak.lane.catalogue import Door
    from jejak.lane.tokens import Tokens


class Arrived(NamedTuple):
    """A check-in after its commit: the visitor's token, those of whoever came along, and whether it is new."""

    token: str
    companions: tuple[str, ...]
    new: bool


class CheckIns:
    """Puts check-ins into the queues: those of known visitors, those that waited offline, those of newcomers."""

    def __init__(
        self,
        *,
        tokens: Tokens,
        known: GroupCommit[Visit, bool],
        late: GroupCommit[Visit, bool],
        first: GroupCommit[First | PhoneOf, Stored | SealedPhone],
        sealer: Sealer,
        index: BlindIndex,
    ) -> None:
        """Use the node's tokens and keys."""
        self._tokens = tokens
        self._known = known
        self._late = late
        self._first = first
        self._sealer = sealer
        self._index = index

    def known(self, *, door: Door, moment: Moment, flags: int, token: str, late: bool = False) -> asyncio.Future[bool]:
        """Queue the check-in of a visitor with a token; the future tells whether the visit is new.

        :raises VisitorUnknown: the token is not this node's.
        :raises Busy: the queue is full. :raises Unavailable: there is no database.
        """
        person, device = self._tokens.read_visitor(token, ms=moment.ms)
        place = door.place
        return (self._late if late else self._known).submit(
            Visit(place.premises, moment.ms, moment.id, place.stay_minutes, person, place.zone, device, flags)
        )

    async def together(
        self,
        *,
        door: Door,
        moment: Moment,
        flags: int,
        visitor: str | Newcomer,
        companions: Sequence[str | Newcomer] = (),
        device: int | None = None,
        late: bool = False,
    ) -> Arrived:
        """Store a visitor and whoever comes along, each under an id derived from the request's and their position.

        Whoever is new comes by ``device``, or by that of the visitor: one phone is one device, whoever it speaks for.
        Nothing is stored unless all of them can be; sent again, the same request finds what was stored and stores
        the rest.

        :raises VisitorUnknown: a token is not this node's, or names nobody with a phone for the names to go with.
        :raises PersonRefused: a name or the phone cannot be used.
        :raises IdConflict: the id stands for another check-in.
        :raises Busy: the queue is full. :raises Unavailable: there is no database.
        """
        phone = await self._phone(visitor, companions)
        party = [visitor, *(one._replace(phone=phone) if isinstance(one, Newcomer) else one for one in companions)]
        moments = [moment, *(companion_moment(moment=moment, position=at) for at in range(1, len(party)))]
        # Prepared before any is queued, so that what cannot be stored is refused while nothing is.
        own = self._visit(visitor, door=door, moment=moment, flags=flags, device=device)
        shared = own.visit.device if isinstance(own, First) else own.device
        more = zip(party[1:], moments[1:], strict=True)
        visits = [own, *(self._visit(who, door=door, moment=at, flags=flags, device=shared) for who, at in more)]
        outcomes = await asyncio.gather(
            *(self._stored(who, visit, late=late) for who, visit in zip(party, visits, strict=True)),
            return_exceptions=True,
        )
        arrived = [_unless_refused(outcome) for outcome in outcomes]
        return Arrived(arrived[0][0], tuple(token for token, _new in arrived[1:]), arrived[0][1])

    async def newcomer(
        self, *, door: Door, moment: Moment, flags: int, given: Newcomer, device: int | None = None
    ) -> tuple[str, bool]:
        """Store a person with the check-in; return the visitor's token and whether the visit is new.

        ``device`` is that of a phone that has checked in before, as somebody else; otherwise it gets a number.

        :raises PersonRefused: the name or the phone cannot be used.
        :raises IdConflict: the id stands for another check-in.
        :raises Busy: the queue is full. :raises Unavailable: there is no database.
        """
        return await self._stored(given, self._visit(given, door=door, moment=moment, flags=flags, device=device))

    def _visit(
        self, who: str | Newcomer, *, door: Door, moment: Moment, flags: int, device: int | None = None
    ) -> Visit | First:
        place = door.place
        if isinstance(who, str):
            person, own = self._tokens.read_visitor(who, ms=moment.ms)
            return Visit(place.premises, moment.ms, moment.id, place.stay_minutes, person, place.zone, own, flags)
        claim = people.claim(
            phone=people.e164(phone=who.phone),
            name=people.tidy_name(name=who.name),
            uuid=uuid7(),
            sealer=self._sealer,
            index=self._index,
        )
        if who.device:
            device = self._device(who.device, ms=moment.ms)
        if device is None:
            device = self._tokens.device(visit=moment.id, premises=place.premises, door_key=claim.door_key)
        return First(
            claim, Visit(place.premises, moment.ms, moment.id, place.stay_minutes, 0, place.zone, device, flags)
        )

    def _device(self, token: str, *, ms: int) -> int | None:
        """Return the device that a token names; one that is not ours says nothing, and refuses nobody."""
        try:
            return self._tokens.read_visitor(token, ms=ms)[1]
        except VisitorUnknown:
            return None

    async def _stored(self, who: str | Newcomer, visit: Visit | First, *, late: bool = False) -> tuple[str, bool]:
        """Return the token and whether the visit is new, after its commit."""
        if isinstance(visit, Visit):
            new = await (self._late if late else self._known).submit(visit)
            return self._tokens.renewed(str(who), ms=visit.ms), new
        stored = await self._first.submit(visit)
        assert isinstance(stored, Stored)  # noqa: S101 - what the queue's writer gives for a First
        return self._tokens.visitor(person=stored.person, device=visit.visit.device, ms=visit.visit.ms), stored.new

    async def _phone(self, visitor: str | Newcomer, companions: Sequence[str | Newcomer]) -> str:
        """Return the number that goes with companions' names; only a known visitor's has to be looked up."""
        if isinstance(visitor, Newcomer):
            return visitor.phone
        person, _device = self._tokens.read_visitor(visitor)
        if not any(isinstance(one, Newcomer) for one in companions):
            return ""
        found = await self._first.submit(PhoneOf(person))
        assert isinstance(found, SealedPhone)  # noqa: S101 - what the queue's writer gives for a PhoneOf
        return self._sealer.unseal(table=people.TABLE, column=people.PHONE_COLUMN, row=found.uuid, sealed=found.sealed)


def _unless_refused(outcome: tuple[str, bool] | BaseException) -> tuple[str, bool]:
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def companion_moment(*, moment: Moment, position: int) -> Moment:
    """Return the id of the companion at ``position`` (from 1): the same time, the rest derived."""
    tail = sha256(f"{moment.id}/{position}".encode()).hexdigest()
    variant = "89ab"[int(tail[3], 16) & 3]
    return Moment(f"{moment.id[:14]}7{tail[:3]}-{variant}{tail[4:7]}-{tail[7:19]}", moment.ms)
