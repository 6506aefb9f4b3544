"""Values for the slots of the check-in pages: the place, a fresh form, times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jejak.kernel.ids import uuid7
from jejak.kernel.places import KUALA_LUMPUR

if TYPE_CHECKING:
    from jejak.lane.catalogue import Door
    from jejak.lane.parts import Parts


def placed(door: Door, lane: Parts, *, language: str) -> dict[str, object]:
    """Return what a page says of the place."""
    place = door.place
    zone = place.zone_name
    return {
        "code": door.code,
        "place": place.name,
        "branch": place.branch,
        "zone": zone,
        "zone_line": lane.pages.phrase("zone_line", language=language, zone=zone) if zone else "",
        "standing_line": "" if place.confirmed else lane.pages.phrase("unconfirmed", language=language),
        "node": lane.node,
    }


def blank(lane: Parts, door: Door, *, language: str) -> dict[str, object]:
    """Return the values of a form not yet filled in, with a signed number of its own."""
    visit = str(uuid7())
    return placed(door, lane, language=language) | {
        "action": f"/p/{door.code}",
        "id": visit,
        "sig": lane.tokens.form(visit=visit, poster=door.place.poster),
        "server_ms": lane.clock(),
    }


def local(ms: int) -> datetime:
    """Return a moment in Malaysia's time."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(KUALA_LUMPUR)
