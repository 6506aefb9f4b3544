"""Everything this room keeps of persons whom a browser shows, beside name and level; for a citizen's own file.

Of a person behind whom a document stands all of it, also of records read as the same; of a device's person only that
the device was verified, for whoever else uses the number has cards and papers of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from jejak.kernel.sealing import sealer
from jejak.people import holdings
from jejak.people.models import Card, Correction, Device, Document, Erasure, Guardian, Holder, Merge, Offer, Person
from jejak.people.names import former_names
from jejak.people.opened import birth_of, name_of, phone_of, reach_of
from jejak.people.sameness import together

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jejak.people.identity import Held


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that is kept: the part it belongs to, what it is (a stable word), and from when until when."""

    part: str
    what: str
    since: datetime | None = None
    until: datetime | None = None
    more: str = ""


def dossier(*, held: Sequence[Held]) -> tuple[Kept, ...]:
    """Return all of it, by part: ``papers``, ``names``, ``family``, ``proofs``, ``asked``."""
    found: list[Kept] = []
    for one in held:
        if one.whole:
            for person in together([one.person]):
                found += _of(Person.objects.get(pk=person))
        else:
            rows = Device.objects.filter(person_id=one.person, device_id__in=one.devices)
            found += [Kept("proofs", "device", row.verified_at, row.ended_at) for row in rows.order_by("pk")]
    return tuple(found)


def _of(row: Person) -> list[Kept]:
    return [*_papers(row), *_names(row), *_family(row), *_proofs(row), *_asked(row)]


def _papers(row: Person) -> list[Kept]:
    found = [Kept("papers", "phone", row.phone_verified_at, None, phone_of(row))] if row.phone_sealed else []
    if birth := birth_of(row):
        found.append(Kept("papers", "birth", None, None, birth.isoformat()))
    if reach := reach_of(row):
        found.append(Kept("papers", "reach", None, None, reach))
    for one in Document.objects.filter(person=row).order_by("pk"):
        sealed = bytes(one.number_sealed or b"")
        number = (
            sealer().unseal(table="people_document", column="number", row=one.uuid, sealed=sealed) if sealed else ""
        )
        found.append(Kept("papers", one.kind, one.shown_at, one.ended_at, f"{one.country} {number}".strip()))
    cards = Card.objects.filter(person=row).order_by("pk")
    return found + [Kept("papers", "card", one.issued_at, one.ended_at, str(one.pk)) for one in cards]


def _names(row: Person) -> list[Kept]:
    return [Kept("names", "former", None, None, name) for name in former_names(person=row.pk)]


def _family(row: Person) -> list[Kept]:
    links = Guardian.objects.filter(Q(dependant=row) | Q(guardian=row)).select_related("dependant", "guardian")
    found = []
    for one in links.order_by("pk"):
        mine = one.dependant_id == row.pk
        other = name_of(one.guardian if mine else one.dependant) if one.ended_at is None else ""
        found.append(Kept("family", one.kind if mine else f"acts-{one.kind}", one.since, one.ended_at, other))
    near = Q(dependant=row) | Q(guardian=row) | Q(taken_by=row)
    offers = Offer.objects.filter(near).order_by("pk")
    return found + [Kept("family", "offer", one.shown_at, one.ended_at, one.kind) for one in offers]


def _proofs(row: Person) -> list[Kept]:
    devices = [Kept("proofs", "device", one.verified_at, one.ended_at) for one in row.devices.order_by("pk")]
    texts = holdings.held_of([row.pk], code="senders")[row.pk]
    holders = Holder.objects.filter(person=row).order_by("pk")
    merges = Merge.objects.filter(Q(kept=row) | Q(merged=row)).order_by("pk")
    return [
        *devices,
        *([Kept("proofs", "sender")] if texts else []),
        *(Kept("proofs", "account", one.since, one.ended_at) for one in holders),
        *(Kept("proofs", "joined", one.merged_at, one.undone_at) for one in merges),
    ]


def _asked(row: Person) -> list[Kept]:
    corrections = Correction.objects.filter(person=row).order_by("pk")
    erasures = Erasure.objects.filter(person=row).order_by("pk")
    return [
        *(Kept("asked", "name", one.asked_at, one.decided_at, one.decision) for one in corrections),
        *(Kept("asked", "erasure", one.asked_at, one.cancelled_at or one.done_at) for one in erasures),
    ]
