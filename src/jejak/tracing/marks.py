"""What a list says of a visit beside its times: how near it was, how it came, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from jejak.visits import rules
from jejak.visits.rules import Tier

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Mark:
    """A flag of a visit; ``code`` is its stable word for machines."""

    bit: int
    code: str
    word: _StrPromise
    meaning: _StrPromise

    @property
    def doubtful(self) -> bool:
        """Whether it speaks against the visit."""
        return bool(self.bit & rules.DOUBTFUL)


MARKS: Final = (
    Mark(
        rules.DISPUTED,
        "disputed",
        _("disputed"),
        _("The visitor says otherwise. Nothing was changed; what they said stands beside the visit."),
    ),
    Mark(
        rules.CLOSED_HOURS,
        "closed-hours",
        _("closed then"),
        _("The premises was closed at that time, an hour before opening and half an hour after closing left aside."),
    ),
    Mark(
        rules.TRAVEL,
        "travel",
        _("impossible journey"),
        _("The same person checked in elsewhere so soon that nobody can have made the way. One of the two is wrong."),
    ),
    Mark(
        rules.BURST,
        "burst",
        _("unusual hour"),
        _("This poster was scanned far more than usual in that hour; somebody may have passed on a picture of it."),
    ),
    Mark(
        rules.CROWDED,
        "crowded",
        _("one phone, many people"),
        _("This phone checked in more than 20 people that day."),
    ),
    Mark(rules.WRITTEN_IN, "written-in", _("by staff"), _("Staff wrote the visitor in at the door.")),
    Mark(rules.CARD, "card", _("by card"), _("The visitor's printed card was scanned at the door.")),
    Mark(rules.KIOSK, "kiosk", _("by door tablet"), _("The visitor used the tablet at the door.")),
    Mark(
        rules.SMS, "sms", _("by text message"), _("The visitor sent a text message; place and name as they wrote them.")
    ),
    Mark(rules.LATE, "late", _("sent later"), _("The phone had no network; the time is that of its own clock.")),
    Mark(rules.IMPORTED, "imported", _("imported"), _("The visit was taken over from another system's file.")),
)


@dataclass(frozen=True, slots=True)
class TierWord:
    """How a tier is shown: a word with its icon and colour."""

    code: str
    word: _StrPromise
    meaning: _StrPromise
    kind: str
    icon: str


TIERS: Final = {
    Tier.HIGH: TierWord(
        "high",
        _("same place"),
        _("In the same zone for at least the minutes asked, or in a premises without zones."),
        "neutral",
        "people",
    ),
    Tier.MEDIUM: TierWord(
        "medium",
        _("same premises"),
        _("In the premises at the same time; in which part of it one of them was, nobody knows."),
        "neutral",
        "shop",
    ),
    Tier.LOW: TierWord(
        "low", _("other zones"), _("In the premises at the same time, in different zones."), "neutral", "place"
    ),
}


def marks_of(flags: int) -> tuple[Mark, ...]:
    """Return the marks of a visit's flags: what speaks against it first, then how it came."""
    return tuple(mark for mark in MARKS if flags & mark.bit) if flags else ()
