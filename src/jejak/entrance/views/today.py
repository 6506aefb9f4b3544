"""The owner's day: how many came, who is inside by number, busy hours, posters, unusual hours, tablets and staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from jejak.entrance import queries
from jejak.entrance.pictures import picture
from jejak.entrance.views.display import ICONS, WORDS
from jejak.entrance.views.entry import by, owners
from jejak.entrance.views.marks import shown_marks
from jejak.kernel.clock import now
from jejak.kernel.places import KUALA_LUMPUR
from jejak.premises import queries as premises

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

SOON: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class PosterState:
    """How many posters are up, which of those end soon, and how many were withdrawn or ran out."""

    up: int
    ending: tuple[premises.PosterOf, ...]
    down: int


@owners
@require_safe
def today(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show an owner the day of a premises."""
    place, moment = premises.one_of(owner=by(request), uuid=uuid), now()
    tenants = {zone.id for zone in premises.zones_of(owner=by(request), uuid=uuid) if zone.tenant_id is not None}
    shown = _day(premises_id=place.id, zone=None, capacity=place.capacity, moment=moment, besides=tenants)
    shown |= {
        "place": place,
        "posters": poster_state(premises.posters_of(owner=by(request), uuid=uuid), now=moment),
        "tablets": queries.tablets_of(owner=by(request), uuid=uuid, now=moment),
        "members": queries.members_of(owner=by(request), uuid=uuid, now=moment),
    }
    return render(request, "entrance/today.html", shown)


@owners
@require_safe
def zone_today(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a tenant the day of the zone that is theirs, and nothing of the rest of the premises."""
    zone, moment = premises.zone_of(owner=by(request), uuid=uuid), now()
    shown = _day(premises_id=zone.premises.id, zone=zone.id, capacity=None, moment=moment)
    posters = premises.zone_posters_of(owner=by(request), uuid=uuid)
    shown |= {"place": zone.premises, "zone": zone, "posters": poster_state(posters, now=moment)}
    return render(request, "entrance/today.html", shown)


def poster_state(posters: Sequence[premises.PosterOf], *, now: datetime) -> PosterState:
    """Return what became of posters."""
    up = [one for one in posters if one.works_at(now)]
    ending = tuple(one for one in up if one.expires_at is not None and one.expires_at - now <= SOON)
    return PosterState(len(up), ending, len(posters) - len(up))


def _day(
    *, premises_id: int, zone: int | None, capacity: int | None, moment: datetime, besides: Collection[int] = ()
) -> dict[str, Any]:
    day = queries.day(premises=premises_id, zone=zone, capacity=capacity, now=moment)
    hour = moment.astimezone(KUALA_LUMPUR).hour
    drawn = picture(hours=day.hours, usual=day.usual, hour_now=hour, language=get_language() or "ms")
    light = day.numbers.light
    return {
        "day": day,
        "picture": drawn if day.drawable else None,
        "usual_by_now": round(sum(day.usual[: hour + 1])),
        "light_word": WORDS[light],
        "light_icon": ICONS[light],
        "bursts": queries.unusual(premises=premises_id, zone=zone, now=moment, besides=besides),
        "now": moment,
    } | shown_marks(premises=premises_id, at=moment)
