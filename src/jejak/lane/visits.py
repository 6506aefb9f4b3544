"""Writing check-ins and check-outs in batches: statements of `visits` and `people`, and what their outcome means."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from jejak.lane.errors import IdConflict, Unavailable, VisitorUnknown, VisitUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from jejak.lane.session import Session
    from jejak.people.rules import Claim

OBSERVED = 1


class Visit(NamedTuple):
    """A check-in ready to be stored, in the order of the statement's parameters."""

    premises: int
    ms: int
    id: str
    minutes: int
    person: int
    zone: int | None
    device: int
    flags: int


class First(NamedTuple):
    """A check-in of somebody without a token; the visit's person is 0 until the claim is stored."""

    claim: Claim
    visit: Visit


class PhoneOf(NamedTuple):
    """Whose number is needed, for somebody whom they bring by name."""

    person: int


class SealedPhone(NamedTuple):
    """A person's number as it is stored, and what it is bound to."""

    uuid: UUID
    sealed: bytes


class Stored(NamedTuple):
    """A check-in after its commit; ``new`` is false when it had been stored before."""

    person: int
    new: bool


class End(NamedTuple):
    """A check-out ready to be stored; person and device are ``None`` for who holds the receipt."""

    premises: int
    ms: int
    id: str
    until: int
    person: int | None
    device: int | None


async def store_visits(session: Session, visits: Sequence[Visit]) -> Sequence[bool | Exception]:
    """Store check-ins of known persons; return for each, in order, whether it is new, or why it is refused."""
    ordered = sorted(visits, key=_key)  # two writers then never wait for each other in a circle
    row = (await session.rows("visits", "lane_insert", *zip(*ordered, strict=True)))[0]
    if row["ids"] is None and row["stored"] == len(visits):
        return [True] * len(visits)
    fresh = Counter(zip(row["premises_ids"] or (), map(str, row["ids"] or ()), strict=True))
    return await _compared(session, visits, fresh)


def _key(visit: Visit) -> tuple[int, int, str]:
    return visit[:3]


async def _compared(
    session: Session, visits: Sequence[Visit], fresh: Counter[tuple[int, str]]
) -> Sequence[bool | Exception]:
    """Tell new check-ins from repeated ones; only now, after a conflict, is anything read."""
    found = {
        (row["premises_id"], str(row["id"])): (row["person_id"], row["zone_id"], row["device_id"])
        for row in await session.rows("visits", "lane_by_key", *zip(*(visit[:3] for visit in visits), strict=True))
    }
    outcomes: list[bool | Exception] = []
    for visit in visits:
        key = (visit.premises, visit.id)
        stored = found.get(key)
        if stored is None:
            outcomes.append(Unavailable())
        elif stored != (visit.person, visit.zone, visit.device):
            outcomes.append(IdConflict())
        else:
            outcomes.append(fresh[key] > 0)
            fresh[key] = 0
    return outcomes


async def serve_firsts(
    session: Session, items: Sequence[First | PhoneOf]
) -> Sequence[Stored | SealedPhone | Exception]:
    """Return what each item asks for, in order: a first visit stored, or a number as it is sealed."""
    firsts = [item for item in items if isinstance(item, First)]
    persons = [item.person for item in items if isinstance(item, PhoneOf)]
    stored = iter(await store_first_visits(session, firsts) if firsts else ())
    phones = await _phones(session, persons) if persons else {}
    return [next(stored) if isinstance(item, First) else phones.get(item.person) or VisitorUnknown() for item in items]


async def _phones(session: Session, persons: list[int]) -> dict[int, SealedPhone]:
    rows = await session.rows("people", "lane_phones", persons)
    return {row["id"]: SealedPhone(row["uuid"], row["phone_sealed"]) for row in rows}


async def store_first_visits(session: Session, firsts: Sequence[First]) -> Sequence[Stored | Exception]:
    """Store persons and their check-ins in one transaction; return an outcome for each, in order."""
    async with session.connection.transaction():
        persons = await _persons(session, {first.claim.door_key: first for first in firsts})
        visits = [first.visit._replace(person=persons[first.claim.door_key]) for first in firsts]
        outcomes = await store_visits(session, visits)
    return [
        Stored(visit.person, new) if isinstance(new, bool) else new for visit, new in zip(visits, outcomes, strict=True)
    ]


async def _persons(session: Session, firsts: dict[bytes, First]) -> dict[bytes, int]:
    claims = [first.claim for first in firsts.values()]
    # The visit's own time: a retry is then no different, and no clock is read here.
    moments = [datetime.fromtimestamp(first.visit.ms / 1000, UTC) for first in firsts.values()]
    columns = zip(*((c.uuid, c.door_key, c.phone_key, c.phone_sealed, c.name_sealed) for c in claims), strict=True)
    rows = await session.rows("people", "upsert_claimed", *columns, moments)
    persons = {row["door_key"]: row["id"] for row in rows}
    missing = [key for key in firsts if key not in persons]
    if missing:
        rows = await session.rows("people", "by_door_key", missing)
        persons |= {row["door_key"]: row["id"] for row in rows}
    return persons


async def store_ends(session: Session, ends: Sequence[End]) -> Sequence[int | Exception]:
    """Store check-outs, the first one wins; return for each when the stay ends, in milliseconds."""
    ordered = sorted(ends, key=lambda end: end[:3])  # two lanes then lock rows in the same order
    await session.rows("visits", "lane_check_out", *zip(*ordered, strict=True))
    keys = zip(*(end[:3] for end in ordered), strict=True)
    found = {(row["premises_id"], str(row["id"])): row for row in await session.rows("visits", "lane_by_key", *keys)}
    outcomes: list[int | Exception] = []
    for end in ends:
        row = found.get((end.premises, end.id))
        outcomes.append(row["until_ms"] if row and _ended_for(end, row) else VisitUnknown())
    return outcomes


def _ended_for(end: End, row: Mapping[str, Any]) -> bool:
    mine = end.person in {None, row["person_id"]} and end.device in {None, row["device_id"]}
    return mine and bool(row["flags"] & OBSERVED)
