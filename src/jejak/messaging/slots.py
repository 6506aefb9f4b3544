"""What may stand in a message beside its fixed words: numbers, times, codes, and places and links of this node.

No slot takes text, so nothing that anybody typed can enter a message; each is checked again when it is read back.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from jejak.kernel.places import KUALA_LUMPUR
from jejak.messaging.errors import SlotRefused
from jejak.messaging.rules import CODE_DIGITS
from jejak.ui import words

_CODE: Final = re.compile(rf"[0-9]{{{CODE_DIGITS}}}")
_PLACE: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{7}")
_LARGEST: Final = 9_999_999

LINKS: Final = {
    "home": "/",
    "alerts": "/staff/alerts/",
    "me": "/me",
    "notice": "/notices/{ref}",
    "premises": "/premises/{ref}/",
    "invitation": "/premises/invitations/{ref}/",
    "request": "/staff/requests/{ref}/",
}
"""The pages of this node that a message may lead to; ``{ref}`` is filled with a UUID."""

Stored = str | int | list[str]


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """A code made by `actions.send_code`; nobody else has a reason to make one."""

    digits: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place by the short code of its poster, out of this node's own records."""

    short_code: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page of this node by its name in `LINKS`, and the UUID of what it shows."""

    page: str
    ref: UUID | None = None


class Slot(ABC):
    """One kind of value: how it is taken in, kept and shown."""

    widest: object
    """A value that takes as much room as any, for the test of lengths."""

    @abstractmethod
    def keep(self, value: object) -> Stored:
        """Return what is kept of a value.

        :raises SlotRefused: it is of another type, or out of bounds.
        """

    @abstractmethod
    def show(self, kept: Stored, *, language: str, base_url: str) -> str:
        """Return what was kept, written for the recipient.

        :raises SlotRefused: what was kept is no such value.
        """


class Number(Slot):
    """A whole number from 0 to 9,999,999."""

    widest = _LARGEST

    def keep(self, value: object) -> Stored:
        """Take an ``int``, and no truth value."""
        if type(value) is not int or not 0 <= value <= _LARGEST:
            raise SlotRefused
        return value

    def show(self, kept: Stored, *, language: str, base_url: str) -> str:  # noqa: ARG002 - numbers are written alike
        """Write it with its thousands apart."""
        return words.number(int(str(self.keep(kept))))


class Moment(Slot):
    """A moment, shown in local time."""

    widest = datetime(2022, 11, 22, 12, 59, tzinfo=KUALA_LUMPUR)

    def keep(self, value: object) -> Stored:
        """Take an aware datetime."""
        if type(value) is not datetime or value.utcoffset() is None:
            raise SlotRefused
        return value.isoformat()

    def show(self, kept: Stored, *, language: str, base_url: str) -> str:  # noqa: ARG002 - no address in it
        """Write day and time: 21 Januari 2022, 3.15 petang."""
        return words.moment(_datetime(kept).astimezone(KUALA_LUMPUR), language=language)


class Day(Slot):
    """A calendar day."""

    widest = date(2022, 11, 22)

    def keep(self, value: object) -> Stored:
        """Take a date that is no datetime."""
        if type(value) is not date:
            raise SlotRefused
        return value.isoformat()

    def show(self, kept: Stored, *, language: str, base_url: str) -> str:  # noqa: ARG002 - no address in it
        """Write it: 21 Januari 2022."""
        try:
            return words.day(date.fromisoformat(str(kept)), language=language)
        except ValueError as error:
            raise SlotRefused from error


class Code(Slot):
    """A one-time code."""

    widest = OneTimeCode("0" * CODE_DIGITS)

    def keep(self, value: object) -> Stored:
        """Take a `OneTimeCode` of so many digits."""
        if type(value) is not OneTimeCode:
            raise SlotRefused
        return _matched(_CODE, value.digits)

    def show(self, kept: Stored, *, language: str, base_url: str) -> str:  # noqa: ARG002 - digits are digits
        """Write the digits together, so that phones recognise and copy them."""
        return _matched(_CODE, kept)


class PlaceCode(Slot):
    """The short code of a place; its name was typed by somebody and stays out."""

    widest = Place("0000000")

    def keep(self, value: object) -> Stored:
        """Take a `Place`."""
        if type(value) is not Place:
            raise SlotRefused
        return _matched(_PLACE, value.short_code)

    def show(self, kept: Stored, *, language: str, base_url: str) -> str:  # noqa: ARG002 - a code is a code
        """Write it as on the poster, in two groups."""
        code = _matched(_PLACE, kept)
        return f"{code[:3]}-{code[3:]}"


class NodeLink(Slot):
    """A link to a page of this node."""

    widest = Link("notice", UUID(int=0))

    def keep(self, value: object) -> Stored:
        """Take a `Link` to a page that there is, with a UUID exactly where the page needs one."""
        if type(value) is not Link or type(value.page) is not str or value.page not in LINKS:
            raise SlotRefused
        if ("{ref}" in LINKS[value.page]) != (type(value.ref) is UUID):
            raise SlotRefused
        return [value.page, str(value.ref or "")]

    def show(self, kept: Stored, *, language: str, base_url: str) -> str:  # noqa: ARG002 - addresses are alike
        """Write the whole address."""
        try:
            page, ref = kept if isinstance(kept, list) else ("", "")
            again = Link(page, UUID(ref) if ref else None)
        except ValueError as error:
            raise SlotRefused from error
        self.keep(again)
        return base_url + LINKS[page].format(ref=again.ref)


def _matched(pattern: re.Pattern[str], value: object) -> str:
    if type(value) is not str or not pattern.fullmatch(value):
        raise SlotRefused
    return value


def _datetime(kept: Stored) -> datetime:
    try:
        found = datetime.fromisoformat(str(kept))
    except ValueError as error:
        raise SlotRefused from error
    if found.utcoffset() is None:
        raise SlotRefused
    return found
