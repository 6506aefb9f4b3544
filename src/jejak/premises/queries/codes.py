"""Which poster is meant by what was scanned or typed: its own code, its short code, or an old code standing for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jejak.formats import descriptor, oldcodes, postercode, shortcode
from jejak.kernel.keys import UnknownKey, keyring
from jejak.premises.errors import UnknownPoster
from jejak.premises.queries import posters

if TYPE_CHECKING:
    from jejak.kernel.keys import Keyring
    from jejak.kernel.settings import Settings
    from jejak.premises.queries.posters import PosterOf


def poster_for(*, text: str) -> PosterOf:
    """Return the poster of a text, withdrawn and expired ones too; the caller looks whether it takes check-ins.

    An address counts on whatever host it names: the code in it proves by its MAC that this node made it.

    :raises UnknownPoster: no poster is meant by it, or its code was forged.
    """
    number = _number(text)
    if number is not None:
        return _of_number(number)
    try:
        return posters.by_short_code(text.strip())
    except (shortcode.ShortCodeError, UnknownPoster):
        pass  # then it may be a code of another system
    try:
        return posters.by_old_code(text)
    except oldcodes.OldCodeError:
        raise UnknownPoster from None


def address_of(*, poster: PosterOf, settings: Settings, keyring: Keyring) -> str:
    """Return what a poster's QR holds: ``<node>/p/<code>#<descriptor>``; what follows ``#`` never leaves a browser."""
    mac, signing = keyring.active("poster"), keyring.active("descriptor")
    code = postercode.make(number=poster.number, key_version=mac.id, secret=mac.secret)
    place = descriptor.Descriptor(
        code=code,
        premises=poster.place.uuid,
        zone=poster.zone_uuid,
        kind=poster.place.kind.code,
        name=descriptor.shortened(poster.place.name),
        node=settings.node_id,
        key_id=signing.id,
    )
    return f"{settings.base_url}/p/{code}#{descriptor.sign(place, private_key=signing.secret)}"


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


def _of_number(number: int) -> PosterOf:
    row = posters.with_place().filter(pk=number).first()
    if row is None:
        raise UnknownPoster
    return posters.read(row)
