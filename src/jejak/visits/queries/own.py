"""A citizen's own visits, and what they said of them; no trail is written, for it is one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jejak.people import queries as people
from jejak.visits.models import Dispute
from jejak.visits.queries.statements import rows
from jejak.visits.rules import DOUBTFUL, LATE, OBSERVED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from jejak.people.queries import Held

MOST: Final = 2000
"""More visits than anybody makes in the time they are kept; a page shows no more."""


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """One visit as its visitor reads it; ``person`` is whom of `Held` it belongs to."""

    person: int
    premises: int
    checked_in: datetime
    id: UUID
    until: datetime
    flags: int
    name: str
    branch: str
    zone: str

    @property
    def observed(self) -> bool:
        """Whether the end was scanned and not estimated."""
        return bool(self.flags & OBSERVED)

    @property
    def late(self) -> bool:
        """Whether it waited on the phone for a network."""
        return bool(self.flags & LATE)

    @property
    def doubtful(self) -> bool:
        """Whether anything speaks against it."""
        return bool(self.flags & DOUBTFUL)


@dataclass(frozen=True, slots=True)
class OwnDispute:
    """What a visitor said of a visit of theirs."""

    visit: UUID
    kind: str
    came_at: datetime | None
    left_at: datetime | None
    made_at: datetime


def own_visits(*, held: Sequence[Held], since: datetime) -> tuple[OwnVisit, ...]:
    """Return the visits that a browser may show its citizen, the newest first.

    ``held`` is what `people.queries.shown_to` says of that browser: of a person by device only what those devices
    wrote, of one by document everything, also what was written of somebody who is read as the same.
    """
    of = {other: one.person for one in held if one.whole for other in people.together([one.person])}
    of = {**of, **{one.person: one.person for one in held}}
    whole = [person for person in of if any(one.whole and one.person == of[person] for one in held)]
    pairs = [(one.person, device) for one in held if not one.whole for device in one.devices]
    found = rows(
        "own_visits",
        whole=whole,
        persons=[person for person, _ in pairs],
        devices=[device for _, device in pairs],
        since=since,
        most=MOST,
    )
    return tuple(OwnVisit(of[row[0]], *row[1:]) for row in found)


def made_elsewhere(persons: Sequence[int], verified: Sequence[tuple[int, int]]) -> bool:
    """Return whether any visit of persons was made otherwise than with these devices, each given with its person."""
    mine, devices = [person for person, _ in verified], [device for _, device in verified]
    return bool(rows("own_elsewhere", persons=list(persons), mine=mine, devices=devices)[0][0])


def own_disputes(*, visits: Sequence[OwnVisit]) -> tuple[OwnDispute, ...]:
    """Return what a citizen said of these visits of theirs, the oldest first."""
    of = {one.id for one in visits}
    places = {one.premises for one in visits}
    found = Dispute.objects.filter(premises_id__in=places, visit_id__in=of).order_by("made_at", "pk")
    return tuple(OwnDispute(row.visit_id, row.kind, row.came_at, row.left_at, row.made_at) for row in found)
