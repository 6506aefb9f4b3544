"""Draws visitor cards: all of an order on one A4 to cut out, or one card as a picture for a screen."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from jejak.kernel.places import local_day
from jejak.ui import typesetting, words

if TYPE_CHECKING:
    from jejak.entrance.cards import Face, Order
    from jejak.kernel.settings import Settings

PREVIEW_DPI: Final = 300

_WORDS: Final = {
    "ms": {
        "title": "Kad pelawat",
        "use": "Tunjukkan kad ini di pintu. Kakitangan mengimbas kodnya dan mencatat lawatan anda.",
        "nothing": "Kad ini hanya menyatakan nama. Ia tidak membuka apa-apa maklumat.",
        "number": "No. kad",
        "cut": "Gunting kad mengikut tanda di penjuru. Simpan slip di bawah di rumah.",
        "slip": "Slip untuk disimpan di rumah",
        "lost": "Kad hilang? Imbas kod ini untuk menamatkannya.",
        "or": "atau taip di",
        "made": "Dibuat pada",
        "qr": "Kod QR kad",
        "slip_qr": "Kod QR slip",
    },
    "en": {
        "title": "Visitor card",
        "use": "Show this card at the door. Staff scan its code and write down your visit.",
        "nothing": "This card only says a name. It opens no information at all.",
        "number": "Card no.",
        "cut": "Cut the cards out along the marks at their corners. Keep the slips below at home.",
        "slip": "Slip to keep at home",
        "lost": "Lost the card? Scan this code to end it.",
        "or": "or type at",
        "made": "Made on",
        "qr": "The card’s QR code",
        "slip_qr": "The slip’s QR code",
    },
}
"""Both languages stand on every card; the one it was ordered in comes first."""


def pdf(order: Order, *, node: Settings) -> bytes:
    """Return the cards of an order on one A4 with cut marks, and a slip for each."""
    return typesetting.typeset(
        _template(), inputs=_inputs(order, order.faces, node) | {"only": ""}, form="pdf", made=order.at
    )


def picture(order: Order, face: Face, *, node: Settings) -> bytes:
    """Return one card alone as a PNG, 1011 by 638 pixels."""
    inputs = _inputs(order, (face,), node) | {"only": "card"}
    return typesetting.typeset(_template(), inputs=inputs, form="png", made=order.at, dpi=PREVIEW_DPI)


def card_address(face: Face, *, node: Settings) -> str:
    """Return what the QR on a card holds."""
    return f"{node.base_url}/c/{face.code}"


def slip_address(face: Face, *, node: Settings) -> str:
    """Return what the QR on a slip holds."""
    return f"{node.base_url}/card/end/{face.slip}"


@cache
def _template() -> bytes:
    return files("jejak.entrance").joinpath("print", "card.typ").read_bytes()


def _inputs(order: Order, faces: tuple[Face, ...], node: Settings) -> dict[str, str]:
    first, other = ("en", "ms") if order.language == "en" else ("ms", "en")
    drawn = [
        {
            "name": typesetting.drawable(one.name) or _WORDS[first]["title"],
            "number": one.said_number,
            "slip": " ".join(one.slip[at : at + 6] for at in range(0, len(one.slip), 6)),
            "qr": typesetting.qr(card_address(one, node=node)),
            "slip_qr": typesetting.qr(slip_address(one, node=node)),
        }
        for one in faces
    ]
    days = {language: words.day(local_day(order.at), language=language) for language in (first, other)}
    return {
        "faces": json.dumps(drawn, ensure_ascii=False),
        "first": json.dumps(_WORDS[first] | {"lang": first, "day": days[first]}, ensure_ascii=False),
        "other": json.dumps(_WORDS[other] | {"lang": other, "day": days[other]}, ensure_ascii=False),
        "node": typesetting.drawable(node.node_name),
        "lost": f"{node.base_url.removeprefix('https://').removeprefix('http://')}/card/lost",
        "mark": typesetting.mark(),
    }
