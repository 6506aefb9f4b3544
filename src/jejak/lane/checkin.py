"""A check-in from its checked request to its commit: who comes, what is queued, and what is handed back."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from jejak.kernel.ids import uuid7
from jejak.lane.protocol import Newcomer
from jejak.lane.rules import Moment
from jejak.lane.visits import First, Stored, Visit
from jejak.people import rules as people

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from jejak.kernel.sealing import BlindIndex, Sealer
    from jejak.lane.batch import GroupCommit
    from jejak.lane.catalogue import Door
    from jejak.lane.tokens import Tokens


class CheckIns:
    """Puts check-ins into the two queues, those of known visitors and those of newcomers."""

    def __init__(
        self,
        *,
        tokens: Tokens,
        known: GroupCommit[Visit, bool],
        first: GroupCommit[First, Stored],
        sealer: Sealer,
        index: BlindIndex,
    ) -> None:
        """Use the node's tokens and keys."""
        self._tokens = tokens
        self._known = known
        self._first = first
        self._sealer = sealer
        self._index = index

    def known(self, *, door: Door, moment: Moment, flags: int, token: str) -> asyncio.Future[bool]:
        """Queue the check-in of a visitor with a token; the future tells whether the visit is new.

        :raises VisitorUnknown: the token is not this node's.
        :raises Busy: the queue is full. :raises Unavailable: there is no database.
        """
        person, device = self._tokens.read_visitor(token)
        place = door.place
        return self._known.submit(
            Visit(place.premises, moment.ms, moment.id, place.stay_minutes, person, place.zone, device, flags)
        )

    async def newcomer(self, *, door: Door, moment: Moment, flags: int, given: Newcomer) -> tuple[str, bool]:
        """Store a person with the check-in; return the visitor's token and whether the visit is new.

        :raises PersonRefused: the name or the phone cannot be used.
        :raises IdConflict: the id stands for another check-in.
        :raises Busy: the queue is full. :raises Unavailable: there is no database.
        """
        claim = people.claim(
            phone=people.e164(phone=given.phone),
            name=people.tidy_name(name=given.name),
            uuid=uuid7(),
            sealer=self._sealer,
            index=self._index,
        )
        place = door.place
        device = self._tokens.device(visit=moment.id, premises=place.premises, door_key=claim.door_key)
        visit = Visit(place.premises, moment.ms, moment.id, place.stay_minutes, 0, place.zone, device, flags)
        stored = await self._first.submit(First(claim, visit))
        return self._tokens.visitor(person=stored.person, device=device), stored.new

    def usable(self, *, who: Sequence[str | Newcomer]) -> None:
        """Refuse companions that cannot be stored, before anything of their request is.

        :raises VisitorUnknown: a companion's token is not this node's.
        :raises PersonRefused: a companion's name cannot be used.
        """
        for one in who:
            if isinstance(one, Newcomer):
                people.tidy_name(name=one.name)
            else:
                self._tokens.read_visitor(one)

    async def companions(
        self, *, door: Door, moment: Moment, flags: int, who: Sequence[str | Newcomer], phone: str
    ) -> list[str]:
        """Store those taken along, each under an id derived from the request's; return their tokens, in order.

        Sent again, the same request finds what was stored of it and stores the rest.

        :raises VisitorUnknown: a companion's token is not this node's.
        :raises PersonRefused: a companion's name cannot be used.
        """
        tokens = []
        for position, one in enumerate(who, start=1):
            own = companion_moment(moment=moment, position=position)
            if isinstance(one, Newcomer):
                given = one._replace(phone=phone)
                token, _new = await self.newcomer(door=door, moment=own, flags=flags, given=given)
            else:
                token = one
                await self.known(door=door, moment=own, flags=flags, token=token)
            tokens.append(token)
        return tokens


def companion_moment(*, moment: Moment, position: int) -> Moment:
    """Return the id of the companion at ``position`` (from 1): the same time, the rest derived."""
    tail = sha256(f"{moment.id}/{position}".encode()).hexdigest()
    variant = "89ab"[int(tail[3], 16) & 3]
    return Moment(f"{moment.id[:14]}7{tail[:3]}-{variant}{tail[4:7]}-{tail[7:19]}", moment.ms)
