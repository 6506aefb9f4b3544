"""What a list says of a visit beside its times: how near it was, how it came, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from jejak.tracing.rules import FLAGS
from jejak.visits import rules
from jejak.visits.rules import Tier

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Mark:
    """A flag of a visit; ``code`` is its stable word for machines."""

    code: str
    word: _StrPromise
    meaning: _StrPromise

    @property
    def bit(self) -> int:
        """The flag."""
        return FLAGS[self.code]

    @property
    def doubtful(self) -> bool:
        """Whether it speaks against the visit."""
        return bool(self.bit & rules.DOUBTFUL)


MARKS: Final = (
    Mark(
        "disputed",
        _("disputed"),
        _("The visitor says otherwise. Nothing was changed; what they said stands beside the visit."),
    ),
    Mark(
        "closed-hours",
        _("closed then"),
        _("The premises was closed at that time, an hour before opening and half an hour after closing left aside."),
    ),
    Mark(
        "travel",
        _("impossible journey"),
        _("The same person checked in elsewhere so soon that nobody can have made the way. One of the two is wrong."),
    ),
    Mark(
        "burst",
        _("unusual hour"),
        _("This poster was scanned far more than usual in that hour; somebody may have passed on a picture of it."),
    ),
    Mark(
        "crowded",
        _("one phone, many people"),
        _("This phone checked in more than 20 people that day."),
    ),
    Mark("written-in", _("by staff"), _("Staff wrote the visitor in at the door.")),
    Mark("card", _("by card"), _("The visitor's printed card was scanned at the door.")),
    Mark("kiosk", _("by door tablet"), _("The visitor used the tablet at the door.")),
    Mark("sms", _("by text message"), _("The visitor sent a text message; place and name as they wrote them.")),
    Mark("late", _("sent later"), _("The phone had no network; the time is that of its own clock.")),
    Mark("imported", _("imported"), _("The visit was taken over from another system's file.")),
    Mark(
        "remembered", _("as told"), _("Somebody told in an interview that the case was there then; nobody scanned it.")
    ),
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
