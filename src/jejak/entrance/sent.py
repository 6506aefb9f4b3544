"""A check-in as a door's form or a tablet's queue sends it, read and bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from jejak.entrance.actions import Visitor
from jejak.entrance.errors import ConsentMissing, NothingSent

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST: Final = 400
_CARD: Final = re.compile(r"(?:.*/c/)?([0-9A-Za-z-]{1,40})/?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sent:
    """One check-in: its id, who, with whom, and whether it waited on the tablet.

    ``scanned`` is what stood in the card's field as it came, ``poster`` what was read from a poster before.
    """

    visit: UUID
    visitor: Visitor
    together: tuple[str, ...]
    queued: bool = False
    scanned: str = ""
    poster: str = ""

    @classmethod
    def of_form(cls, form: Mapping[str, str]) -> Sent:
        """Return what a form says; somebody who is written in by name must have agreed.

        :raises NothingSent: the id is none. :raises ConsentMissing: the box is not ticked.
        """
        card = card_code(form.get("card", ""))
        if not card and form.get("agree") != "1":
            raise ConsentMissing
        visitor = Visitor(
            card=card,
            name="" if card else form.get("name", ""),
            phone="" if card else form.get("phone", ""),
            reach="" if card else form.get("reach", ""),
        )
        return cls(
            _visit(form.get("id")),
            visitor,
            names_in(form.get("with", "")),
            scanned=form.get("card", "")[:LONGEST],
            poster=form.get("poster", "")[:LONGEST],
        )

    @classmethod
    def of_item(cls, item: object) -> Sent:
        """Return what an item of a tablet's queue says; the tablet asked for consent before it queued a name.

        :raises NothingSent: a member is missing or of another kind.
        :raises ConsentMissing: it does not say that the visitor agreed.
        """
        if not isinstance(item, dict):
            raise NothingSent
        texts = {name: item.get(name, "") for name in ("card", "name", "phone", "with", "poster")}
        if not all(isinstance(text, str) and len(text) <= LONGEST for text in texts.values()):
            raise NothingSent
        card = card_code(texts["card"])
        if not card and item.get("agree") is not True:
            raise ConsentMissing
        visitor = Visitor(card=card) if card else Visitor(name=texts["name"], phone=texts["phone"])
        return cls(
            _visit(item.get("id")),
            visitor,
            names_in(texts["with"]),
            queued=item.get("queued") is True,
            scanned=texts["card"],
            poster=texts["poster"],
        )


def card_code(text: str) -> str:
    """Return the code on a card from what a scanner typed: the code alone, or the address that the QR holds."""
    found = _CARD.fullmatch(text.strip())
    return found[1] if found else text.strip()[:40]


def names_in(text: str) -> tuple[str, ...]:
    """Return names written one a line or with commas between."""
    return tuple(name.strip() for name in re.split(r"[\n,;]", text) if name.strip())


def _visit(given: Any) -> UUID:  # noqa: ANN401 - whatever was sent
    try:
        return UUID(given)
    except (ValueError, TypeError, AttributeError):
        raise NothingSent from None
