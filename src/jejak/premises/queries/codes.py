"""Which poster is meant by what was scanned or typed: its own code, its short code, or an old code standing for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.formats import oldcodes, postercode, shortcode
from jejak.kernel.keys import UnknownKey, keyring
from jejak.premises.errors import UnknownPoster
from jejak.premises.queries import posters

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from jejak.premises.models import Poster
    from jejak.premises.queries.posters import PosterOf


def poster_for(*, text: str) -> PosterOf:
    """Return the poster of a text, withdrawn and expired ones too; the caller looks whether it takes check-ins.

    An address counts on whatever host it names: the code in it proves by its MAC that this node made it.

    :raises UnknownPoster: no poster is meant by it, or its code was forged.
    """
    number = _number(text)
    found = posters.with_place().filter(pk=number) if number is not None else _otherwise(text)
    row = found.first()
    if row is None:
        raise UnknownPoster
    return posters.read(row)


def scan_code(*, number: int) -> str:
    """Return the 18 characters that ``/p/<code>`` takes for the poster of this number, under the active key."""
    key = keyring().active("poster")
    return postercode.make(number=number, key_version=key.id, secret=key.secret)


def _number(text: str) -> int | None:
    """Return the number in a code that this node made; ``None`` if the text is none, or forged."""
    try:
        code = postercode.within(text)
        secret = keyring().get("poster", code.key_version).secret
    except (postercode.PosterCodeError, UnknownKey):
        return None
    return code.number if postercode.verify(code, secret=secret) else None


def _otherwise(text: str) -> QuerySet[Poster]:
    every = posters.with_place()
    try:
        by_short_code = every.filter(short_code=shortcode.parse(text.strip()))
    except shortcode.ShortCodeError:
        by_short_code = every.none()
    if by_short_code.exists():
        return by_short_code
    try:
        return every.filter(aliases__digest=oldcodes.read(text).digest)
    except oldcodes.OldCodeError:
        raise UnknownPoster from None
