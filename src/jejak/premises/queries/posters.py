"""Posters as others see them, and finding places by a poster's code or by words."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Lower

from jejak.formats import oldcodes, shortcode
from jejak.premises.errors import UnknownPoster
from jejak.premises.models import Poster, Premises
from jejak.premises.queries import register
from jejak.premises.queries.register import Place
from jejak.premises.rules import tidy

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from jejak.trail.rules import Actor


@dataclass(frozen=True, slots=True)
class PosterOf:
    """A poster with its place; ``number`` is what its code carries, ``zone_name`` is empty for the whole premises.

    From ``expires_at`` on it takes no check-ins, if it is given. ``old_code`` is the code of another system that stands
    for this poster, empty if none does, and ``old_system`` which. ``retired_why`` is taken-over where a confirmed
    premises took the old code over, released where an officer did for ``retired_reason``.
    """

    number: int
    short_code: str
    place: Place
    zone_id: int | None
    zone_uuid: UUID | None
    zone_name: str
    issued_at: datetime
    retired_at: datetime | None
    expires_at: datetime | None = None
    old_system: str = ""
    old_code: str = ""
    retired_why: str = ""
    retired_reason: str = ""

    def works_at(self, moment: datetime) -> bool:
        """Return whether the poster itself takes check-ins; its premises may still be closed."""
        return self.retired_at is None and (self.expires_at is None or moment < self.expires_at)


def posters_of(*, owner: Actor, uuid: UUID) -> tuple[PosterOf, ...]:
    """Return the posters of one premises of this owner: those on the wall first, the newest first.

    :raises UnknownPremises: there is none, or it is somebody else's.
    """
    register.one_of(owner=owner, uuid=uuid)
    return posters_in(premises__owner_id=owner.id, premises__uuid=uuid)


def posters_in(**conditions: object) -> tuple[PosterOf, ...]:
    """Return the posters that fulfil conditions on their columns: those on the wall first, the newest first."""
    rows = with_place().filter(**conditions).order_by("-issued_at", "-id")
    return tuple(read(row) for row in sorted(rows, key=lambda row: row.retired_at is not None))


def poster_of(*, owner: Actor, uuid: UUID, short_code: str) -> PosterOf:
    """Return one poster of one premises of this owner.

    :raises UnknownPoster: there is none, or it is somebody else's; the answer is the same.
    """
    row = with_place().filter(premises__owner_id=owner.id, premises__uuid=uuid, short_code=short_code).first()
    if row is None:
        raise UnknownPoster
    return read(row)


def walls_of(*, owner: Actor, uuid: UUID, now: datetime) -> tuple[PosterOf, ...]:
    """Return the posters of one premises of this owner that take check-ins: the whole premises', then zone by zone.

    :raises UnknownPremises: there is none, or it is somebody else's.
    """
    up = [poster for poster in posters_of(owner=owner, uuid=uuid) if poster.works_at(now)]
    return tuple(sorted(up, key=lambda poster: (_counted(poster.zone_name), poster.number)))


def successor_of(*, owner: Actor, poster: PosterOf, now: datetime) -> PosterOf | None:
    """Return the newest working poster of the place for which a withdrawn one stood, ``None`` without one."""
    every = posters_of(owner=owner, uuid=poster.place.uuid)
    return next((it for it in every if it.zone_id == poster.zone_id and it.works_at(now)), None)


def by_short_code(code: str) -> PosterOf:
    """Return the poster with a short code as somebody typed it, withdrawn or not.

    :raises ShortCodeError: it is mistyped.
    :raises UnknownPoster: no poster has it.
    """
    row = with_place().filter(short_code=shortcode.parse(code)).first()
    if row is None:
        raise UnknownPoster
    return read(row)


def by_old_code(text: str) -> PosterOf:
    """Return the poster for which a code of another system stands, withdrawn or not.

    :raises OldCodeError: the text can be no code.
    :raises UnknownPoster: it stands for none.
    """
    row = with_place().filter(aliases__digest=oldcodes.read(text).digest).first()
    if row is None:
        raise UnknownPoster
    return read(row)


def search(*, text: str, state: str = "", limit: int = 20) -> tuple[Place, ...]:
    """Return premises for an officer: by short code, by an old code, or by words in name, branch, address or district.

    Whose old code it is comes first, then names that begin with the text, then by name; at most ``limit``. An old code
    never hides the words: whoever takes over a code could choose one that reads like a name.
    """
    with suppress(shortcode.ShortCodeError, UnknownPoster):
        return (by_short_code(text).place,)
    coded: list[Place] = []
    with suppress(oldcodes.OldCodeError, UnknownPoster):
        coded.append(by_old_code(text).place)
    rows = register.containing(Premises.objects.all(), text)
    if state:
        rows = rows.filter(state=state)
    begins = Q(words__startswith=tidy(text).lower())
    ranked = rows.annotate(begins=begins).order_by("-begins", Lower("name"), "branch", "id")
    worded = [place for place in map(register.read, ranked[:limit]) if place not in coded]
    return tuple([*coded, *worded][:limit])


def _counted(name: str) -> list[tuple[int, str]]:
    """Return a key by which Lot 9 comes before Lot 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name.casefold())]


def with_place() -> QuerySet[Poster]:
    """Return all posters with what `read` needs of them."""
    return Poster.objects.select_related("premises", "zone").prefetch_related("aliases")


def read(row: Poster) -> PosterOf:
    """Return a row as others see it."""
    old = next(iter(row.aliases.all()), None)
    return PosterOf(
        number=row.pk,
        short_code=row.short_code,
        place=register.read(row.premises),
        zone_id=row.zone_id,
        zone_uuid=row.zone.uuid if row.zone else None,
        zone_name=row.zone.name if row.zone else "",
        issued_at=row.issued_at,
        retired_at=row.retired_at,
        expires_at=row.expires_at,
        old_system=old.system if old else "",
        old_code=old.text if old else "",
        retired_why=row.retired_why,
        retired_reason=row.retired_reason,
    )
