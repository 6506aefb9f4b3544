"""Posters' places as the watch over unusual scans sees them: their code, and the mail address of whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jejak.premises.models import Poster, Zone
from jejak.premises.zonekinds import zone_room_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Watched:
    """A poster's place; ``email`` is the tenant's, else the owner's account's, empty if it belongs to nobody."""

    premises: UUID
    short_code: str
    email: str


@dataclass(frozen=True, slots=True)
class Part:
    """A zone: ``room``, ``entrance`` or ``exit``, and for how many minutes at most a scan says who is there."""

    kind: str
    minutes: int


def parts_of(premises: Iterable[int]) -> dict[int, Part]:
    """Return the zones of some premises by number."""
    rows = Zone.objects.filter(premises_id__in=list(premises))
    return {
        number: Part(kind, zone_room_minutes(kind=kind, own=own, stay=stay))
        for number, kind, own, stay in rows.values_list("pk", "kind", "stay_minutes", "premises__stay_minutes")
    }


def watched(places: Iterable[tuple[int, int | None]]) -> Mapping[tuple[int, int | None], Watched]:
    """Return places (premises and zone) by the newest poster on their wall; one without a poster is left out."""
    wanted = set(places)
    rows = Poster.objects.filter(premises_id__in={premises for premises, _ in wanted}, retired_at=None)
    rows = rows.select_related("premises__owner", "zone__owner").order_by("issued_at", "id")
    found = {}
    for row in rows:
        owner = (row.zone.owner if row.zone else None) or row.premises.owner
        if (place := (row.premises_id, row.zone_id)) in wanted:
            found[place] = Watched(row.premises.uuid, row.short_code, (owner.email or "") if owner else "")
    return found


def zone_names(ids: Iterable[int]) -> dict[int, str]:
    """Return zones' names by number; a number that nothing has is left out."""
    return dict(Zone.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
