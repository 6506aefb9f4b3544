"""Taking over another system's code that hangs on a wall: it gets a poster of ours, which it stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from jejak.formats import oldcodes
from jejak.premises import likeness, rules
from jejak.premises.actions.posters import RELEASED, TAKEN_OVER, held, issue, withdraw_with_code
from jejak.premises.actions.rows import PURPOSE, note, tell
from jejak.premises.errors import OldCodeIsOurs, OldCodeTaken, OldCodeUnlike, PremisesError, UnknownPoster
from jejak.premises.models import Alias, Premises
from jejak.premises.queries import PosterOf, poster_for, poster_of, posters
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from jejak.formats.oldcodes import OldCode
    from jejak.premises.models import Poster, Zone
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
    new one. Confirmed premises take a code over from premises that are not, whose poster is withdrawn. Any other that
    stands for a poster already is refused without a word of whose; the trail says.

    :raises UnknownPremises: this account has none such.
    :raises PremisesClosed: it takes no new posters.
    :raises DetailsWrong: the zone's name cannot be used.
    :raises OldCodeError: the text can be no code.
    :raises OldCodeIsOurs: it is the code of a poster of ours, or of another node's.
    :raises OldCodeUnlike: it carries another name, and the premises are not confirmed.
    :raises OldCodeTaken: it stands for another poster.
    """
    code = oldcodes.read(text)
    _refuse_ours(code)
    with transaction.atomic():
        row, place = held(by=by, uuid=uuid, zone=zone)
        done = _settled(by=by, row=row, place=place, code=code, text=text, now=now)
        if isinstance(done, PremisesError):  # no exception within, it would undo the entry
            trail.record(by=by, action="code.refused", purpose=PURPOSE, detail=_said(row, code, done), at=now)
    if isinstance(done, PremisesError):
        raise done
    return done


def _settled(
    *, by: Actor, row: Premises, place: Zone | None, code: OldCode, text: str, now: datetime
) -> Adopted | PremisesError:
    """Return the poster that a code stands for from now on, or why these premises may not have it."""
    taken = _standing(code)
    if taken is not None and taken.poster.premises_id == row.pk and taken.poster.retired_at is None:
        return Adopted(poster_of(owner=by, uuid=row.uuid, short_code=taken.poster.short_code), fresh=False)
    if row.confirmed_at is None and not _fits(row, code):
        return OldCodeUnlike()
    if taken is None:
        made = _adopted(by=by, row=row, place=place, code=code, text=text, now=now)
        if made is not None:
            return made
        taken = _standing(code)
    if taken is None or not _may_take(row, taken.poster):
        return OldCodeTaken()
    return _moved(by=by, row=row, place=place, taken=taken, text=text, now=now)


def _fits(row: Premises, code: OldCode) -> bool:
    return not code.name or likeness.same_name(named=code.name, name=row.name, branch=row.branch)


def _may_take(row: Premises, before: Poster) -> bool:
    """Return whether premises get a code that stands for another poster.

    Who is confirmed takes it from who is not; a released one goes to confirmed premises only; and whoever withdrew a
    poster may bring its code again.
    """
    if row.confirmed_at is not None and (before.premises.confirmed_at is None or before.retired_why == RELEASED):
        return True
    own = before.premises.owner_id == row.owner_id
    return own and before.retired_at is not None and not before.retired_why


def _said(row: Premises, code: OldCode, refused: PremisesError) -> dict[str, object]:
    if isinstance(refused, OldCodeUnlike):
        return {"premises": row.pk, "why": "name"}
    taken = Alias.objects.get(digest=code.digest)
    return {"premises": row.pk, "alias": taken.pk, "stands_for": taken.poster_id}


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
    """Return a code's row, locked; its poster is read after, so that it is the one of whoever was quicker."""
    return Alias.objects.select_for_update().filter(digest=code.digest).first()


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


def _moved(*, by: Actor, row: Premises, place: Zone | None, taken: Alias, text: str, now: datetime) -> Adopted:
    """Return the new poster of a code that was adopted before; a working one it stood for is withdrawn."""
    before = taken.poster
    poster = issue(by=by, premises=row, zone=place, now=now)
    taken.poster, taken.text, taken.added_at, taken.added_by_name = poster, text.strip(), now, by.name
    taken.save(update_fields=["poster", "text", "added_at", "added_by_name"])
    lost = withdraw_with_code(before, by=by, why=TAKEN_OVER, now=now)
    detail = {"poster": poster.pk, "alias": taken.pk, "instead_of": before.pk}
    note(by=by, action="code.adopted", premises=row, now=now, **detail)
    if lost:
        note(by=by, action="code.lost", premises=before.premises, now=now, poster=before.pk, alias=taken.pk)
    elif before.premises_id != row.pk:
        tell(before.premises)
    return Adopted(poster_of(owner=by, uuid=row.uuid, short_code=poster.short_code), fresh=True)


def release_code(*, by: Actor, text: str, short_code: str, reason: str, now: datetime) -> PosterOf:
    """Return the withdrawn poster of a code that was wrongly claimed; a confirmed premises may take it over now.

    ``short_code`` is the poster that the officer saw: a code that was taken over meanwhile stays with its new one. The
    reason is for the owner, who reads it.

    :raises OldCodeError: the text can be no code.
    :raises UnknownPoster: it does not stand for this one, or was released before.
    :raises DetailsWrong: no reason is given, or one that cannot be printed.
    """
    said, code = rules.reason(reason), oldcodes.read(text)
    with transaction.atomic():
        taken = _standing(code)
        if taken is None or taken.poster.short_code != short_code or taken.poster.retired_why == RELEASED:
            raise UnknownPoster
        before = taken.poster
        withdraw_with_code(before, by=by, why=RELEASED, reason=said, now=now)
        note(by=by, action="code.released", premises=before.premises, now=now, poster=before.pk, alias=taken.pk)
    return posters.by_old_code(text)


@transaction.atomic
def look_at_code(*, by: Actor, text: str, now: datetime) -> PosterOf:
    """Return the poster for which an old code stands, for an officer; the look enters the trail.

    :raises OldCodeError: the text can be no code.
    :raises UnknownPoster: it stands for none.
    """
    found = posters.by_old_code(text)
    detail = {"premises": found.place.id, "poster": found.number}
    trail.record(by=by, action="code.seen", purpose=PURPOSE, detail=detail, at=now)
    return found
