"""The end of a stay: told once, by whoever checked in, within the premises' longest stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jejak.lane.errors import ClockSkew, FieldInvalid, VisitUnknown
from jejak.lane.rules import FRESH, MINUTE, check_out_admitted, stay_end
from jejak.lane.visits import End

if TYPE_CHECKING:
    from jejak.lane.batch import GroupCommit
    from jejak.lane.catalogue import Place
    from jejak.lane.disputes import Dispute
    from jejak.lane.rules import Moment


class Ended(NamedTuple):
    """The end that stands, in milliseconds, and whether it is the premises' longest stay rather than what was asked."""

    ms: int
    clamped: bool


class CheckOuts:
    """Puts check-outs into their own, smaller queue."""

    def __init__(self, *, ends: GroupCommit[End | Dispute, int]) -> None:
        """Use the queue of ends."""
        self._ends = ends

    async def dispute(self, said: Dispute) -> None:
        """Note what is said of a visit beside it.

        :raises VisitUnknown: there is no such visit. :raises DisputesEnough: much was said of it before.
        :raises Busy: the queue is full. :raises Unavailable: there is no database.
        """
        await self._ends.submit(said)

    async def end(
        self, *, place: Place, moment: Moment, at: int | None, now: int, person: int | None, device: int | None
    ) -> Ended:
        """Store a check-out and return the end that stands: of several, the first.

        :raises ClockSkew: ``at`` lies in the future.
        :raises FieldInvalid: ``at`` lies before the check-in.
        :raises VisitUnknown: there is no such visit of this person and device; others' visits get the same.
        :raises Busy: the queue is full. :raises Unavailable: there is no database.
        """
        wanted = now if at is None else at
        if wanted > now + FRESH:
            raise ClockSkew(server_ms=now)
        if not check_out_admitted(checked_in=moment.ms, now=now):
            raise VisitUnknown
        if at is not None and at < moment.ms:
            raise FieldInvalid("at lies before the check-in; look at the clock that gave it.", field="at")
        until = stay_end(checked_in=moment.ms, at=wanted, longest_minutes=place.longest_minutes)
        stands = await self._ends.submit(End(place.premises, moment.ms, moment.id, until, person, device))
        return Ended(stands, stands == moment.ms + place.longest_minutes * MINUTE)
