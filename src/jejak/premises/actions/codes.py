"""Taking over another system's code that hangs on a wall: it gets a poster of ours, which it stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from jejak.formats import oldcodes
from jejak.premises.actions.posters import held, issue
from jejak.premises.actions.rows import PURPOSE, note
from jejak.premises.errors import OldCodeIsOurs, OldCodeTaken, UnknownPoster
from jejak.premises.models import Alias, Premises
from jejak.premises.queries import PosterOf, poster_for, poster_of
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.formats.oldcodes import OldCode
    from jejak.premises.models import Zone
    from jejak.trail.rules import Actor

_A_NODE_S_POSTER: Final = re.compile(r"https?://\S+/p/[0-9a-z]{18}(?:[/?#]\S*)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Adopted:
    """The poster for which an old code stands now; ``fresh`` unless it stood for these premises before."""

    poster: PosterOf
    fresh: bool


def adopt_code(*, by: Actor, uuid: UUID, text: str, zone: str = "", now: datetime) -> Adopted:
    """Return the poster, made for a zone of that name or the whole premises, for which an old code stands from now on.

    A code that stands for a working poster of these premises keeps it. One whose poster this account withdrew gets the
    new one. Any other that stands for a poster already is refused without a word of whose; the trail says.

    :raises UnknownPremises: this account has none such.
    :raises PremisesClosed: it takes no new posters.
    :raises DetailsWrong: the zone's name cannot be used.
    :raises OldCodeError: the text can be no code.
    :raises OldCodeIsOurs: it is the code of a poster of ours, or of another node's.
    :raises OldCodeTaken: it stands for another poster.
    """
    code = oldcodes.read(text)
    _refuse_ours(code)
    with transaction.atomic():
        row, place = held(by=by, uuid=uuid, zone=zone)
        taken = _standing(code)
        if taken is None:
            made = _adopted(by=by, row=row, place=place, code=code, text=text, now=now)
            if made is not None:
                return made
            taken = Alias.objects.select_related("poster__premises").get(digest=code.digest)
        kept = _kept(by=by, row=row, place=place, taken=taken, now=now)
        if kept is None:  # no exception within, it would undo the entry
            said = {"premises": row.pk, "alias": taken.pk, "stands_for": taken.poster_id}
            trail.record(by=by, action="code.refused", purpose=PURPOSE, detail=said, at=now)
    if kept is None:
        raise OldCodeTaken
    return kept


def _refuse_ours(code: OldCode) -> None:
    if _A_NODE_S_POSTER.fullmatch(code.key):
        raise OldCodeIsOurs
    try:
        found = poster_for(text=code.key)
    except UnknownPoster:
        return
    if not found.old_code or oldcodes.read(found.old_code).digest != code.digest:
        raise OldCodeIsOurs


def _standing(code: OldCode) -> Alias | None:
    found = Alias.objects.select_for_update(of=("self",)).select_related("poster__premises")
    return found.filter(digest=code.digest).first()


def _adopted(
    *, by: Actor, row: Premises, place: Zone | None, code: OldCode, text: str, now: datetime
) -> Adopted | None:
    """Return the new poster with the code, or ``None`` if somebody else was quicker."""
    try:
        with transaction.atomic():
            poster = issue(by=by, premises=row, zone=place, now=now)
            alias = Alias.objects.create(
                poster=poster,
                digest=code.digest,
                system=code.system,
                text=text.strip(),
                added_at=now,
                added_by_name=by.name,
            )
    except IntegrityError as error:
        if "premises_alias_digest" not in str(error):
            raise
        return None
    note(by=by, action="code.adopted", premises=row, now=now, poster=poster.pk, alias=alias.pk)
    return Adopted(poster_of(owner=by, uuid=row.uuid, short_code=poster.short_code), fresh=True)


def _kept(*, by: Actor, row: Premises, place: Zone | None, taken: Alias, now: datetime) -> Adopted | None:
    """Return the poster of a code that was adopted before, or ``None`` if this account may not have it."""
    before = taken.poster
    if before.premises.owner_id != by.id:
        return None
    if before.retired_at is None:
        if before.premises_id != row.pk:
            return None
        return Adopted(poster_of(owner=by, uuid=row.uuid, short_code=before.short_code), fresh=False)
    poster = issue(by=by, premises=row, zone=place, now=now)
    taken.poster = poster
    taken.save(update_fields=["poster"])
    detail = {"poster": poster.pk, "alias": taken.pk, "instead_of": before.pk}
    note(by=by, action="code.adopted", premises=row, now=now, **detail)
    return Adopted(poster_of(owner=by, uuid=row.uuid, short_code=poster.short_code), fresh=True)
