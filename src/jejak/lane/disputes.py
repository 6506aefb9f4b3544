"""What visitors say of visits of theirs: stored beside them, so that nothing is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from jejak.kernel.ids import uuid7
from jejak.lane.errors import DisputesEnough, VisitUnknown
from jejak.lane.visits import End, store_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jejak.lane.session import Session

TIMES, NOT_ME = "times", "not-me"
MOST: Final = 10
"""How often something else may be said of one visit."""


class Dispute(NamedTuple):
    """What is said of a visit: other times, in milliseconds (at least one of them), or that it was somebody else."""

    premises: int
    ms: int
    id: str
    kind: str
    came: int | None
    left: int | None
    made: int


async def store_disputes(session: Session, disputes: Sequence[Dispute]) -> Sequence[int | Exception]:
    """Note what is said and mark the visits; return for each how much had been said of its visit before."""
    ordered = sorted(disputes, key=lambda dispute: dispute[:3])  # two lanes then lock rows in the same order
    columns = zip(*ordered, strict=True)
    rows = await session.rows("visits", "lane_dispute", *columns, [uuid7() for _ in ordered], MOST)
    said = {(row["premises_id"], str(row["id"])): row["said"] for row in rows}
    outcomes: list[int | Exception] = []
    for one in disputes:
        before = said.get((one.premises, one.id))
        if before is None:
            outcomes.append(VisitUnknown())
        else:
            outcomes.append(before if before < MOST else DisputesEnough())
    return outcomes


async def serve_ends(session: Session, items: Sequence[End | Dispute]) -> Sequence[int | Exception]:
    """Return what each item asks for, in order: a check-out or a dispute stored."""
    ends = [item for item in items if isinstance(item, End)]
    disputes = [item for item in items if isinstance(item, Dispute)]
    ended = iter(await store_ends(session, ends) if ends else ())
    disputed = iter(await store_disputes(session, disputes) if disputes else ())
    return [next(ended) if isinstance(item, End) else next(disputed) for item in items]
