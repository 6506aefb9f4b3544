"""What a poster says: the address in its QR, the place, and the words around them in Malay and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jejak.formats import shortcode
from jejak.kernel.places import local_day
from jejak.premises.queries import address_of
from jejak.ui import words

if TYPE_CHECKING:
    from datetime import date

    from jejak.kernel.keys import Keyring
    from jejak.kernel.settings import Settings
    from jejak.premises.queries import PosterOf


@dataclass(frozen=True, slots=True)
class Sheet:
    """A poster ready to be drawn; ``address`` is what the QR holds, ``keeps_days`` how long visits are kept.

    ``kind`` is the Malay name of the kind: it stands in for a name of which no letter can be printed.
    """

    address: str
    short_code: str
    name: str
    kind: str
    branch: str
    zone: str
    node: str
    issued: date
    keeps_days: int


def sheet(poster: PosterOf, *, settings: Settings, keyring: Keyring) -> Sheet:
    """Return the sheet of a poster, its code and descriptor made with the keys that are active now."""
    return Sheet(
        address=address_of(poster=poster, settings=settings, keyring=keyring),
        short_code=shortcode.printed(poster.short_code),
        name=poster.place.name,
        kind=poster.place.kind.malay,
        branch=poster.place.branch,
        zone=poster.zone_name,
        node=settings.node_name,
        issued=local_day(poster.issued_at),
        keeps_days=settings.visit_days,
    )


def said(it: Sheet) -> dict[str, str]:
    """Return the words of a poster by the names that its template knows; each in Malay and English."""
    return {
        "title": f"{it.name} · {it.short_code}",
        "description": f"Poster daftar masuk · Check-in poster · {it.node}",
        "headline_ms": "Daftar masuk di sini",
        "headline_en": "Check in here",
        "zone_label": "Zon · Zone",
        "step1_ms": "Buka kamera telefon",
        "step1_en": "Open your phone’s camera",
        "step2_ms": "Halakan pada kod ini",
        "step2_en": "Point it at this code",
        "step3_ms": "Isi nama, tunjuk resit",
        "step3_en": "Give your name, show the receipt",
        "code_ms": "Kod poster",
        "code_en": "Poster code",
        "privacy_ms": f"Lawatan anda dipadam selepas {it.keeps_days} hari. Nama dan telefon anda disulitkan.",
        "privacy_en": f"Your visit is deleted after {it.keeps_days} days. Your name and phone are encrypted.",
        "issued_ms": f"Dikeluarkan pada {words.day(it.issued, language='ms')}",
        "issued_en": f"Issued {words.day(it.issued, language='en')}",
        "qr_alt": f"Kod QR poster {it.short_code} · QR code of poster {it.short_code}",
        "mark_alt": "Jejak",
    }
