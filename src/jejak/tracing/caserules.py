"""What makes a case, how it may be classified, and which numbers and facts are kept of it: pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from jejak.access.rules import in_scope
from jejak.tracing.errors import CaseInvalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from jejak.access.rules import Scope

LABORATORY, CLINICAL, NONE = "laboratory", "clinical", "none"
MISSPELT, UNREACHED = "misspelt", "unreached"
"""A district that is none, and one that nobody of an office reaches."""
OWN: Final = "own"
"""Why a case is bare for an officer whose own word its evidence is; others see `NONE` or nothing."""
OTHER_PERSON, OTHER_DAYS = "person", "window"
"""Why a search does not belong to its case: it is about somebody who is neither the case nor a contact of it, or
about days on which the case neither infected nor was infected. Its names need a second officer, as of a bare case."""
EVIDENCE: Final = (LABORATORY, CLINICAL, NONE)
"""What a case rests on: a laboratory's or a clinician's own number, or what somebody said alone."""
SUSPECTED, CONFIRMED, DISCARDED = "suspected", "confirmed", "discarded"
CLASSIFICATIONS: Final = (SUSPECTED, CONFIRMED, DISCARDED)
TYPED, PASTED, FILE = "typed", "pasted", "file"
OLDEST: Final = timedelta(days=365)
"""A report of an onset or sample longer ago is a slip of the pen."""
LONGEST: Final[Mapping[str, int]] = {"reference": 60, "note": 500, "district": 80, "why": 200, "place": 200}


DIFFERS: Final = "differs"
Reason = tuple[str, ...]
"""Why a row is no case: a field, what is wrong with it, and of what differs what was said before and now."""


@dataclass(frozen=True, slots=True)
class Given:
    """A case as somebody reports it: names tidy, phone in E.164, the document in its one spelling, days local."""

    name: str
    phone: str = ""
    document: tuple[str, str, str] | None = None  # kind, number, country
    onset: date | None = None
    sample: date | None = None
    evidence: str = NONE
    reference: str = ""
    classification: str = SUSPECTED
    state: str = ""
    district: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is open of a case at a moment, by number and code; names stand in none of it."""

    classification: str
    evidence: str
    onset: str = ""
    sample: str = ""
    state: str = ""
    district: str = ""
    agency: int = 0
    officer: int | None = None
    profile: int = 0
    person: int | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """Who did something to a case, and on what it rested from then on."""

    by: int
    evidence: str


def attested_by(*, reporter: int, told: Iterable[Told]) -> int:
    """Return who typed the evidence that stands now: the reporter, or who changed it last; ``told`` in order.

    Who changes something else types no evidence; who takes it back and types it again does.
    """
    who, was = reporter, ""
    for one in told:
        if was and one.evidence != was:
            who = one.by
        was = one.evidence
    return who


def bare(*, evidence: str, attested: int, by: int) -> str:
    """Return why one officer alone may not release names from a case: `NONE`, `OWN`, or empty if they may.

    A laboratory's, a clinician's and a colleague's word count; one's own would make one officer two.
    """
    if evidence == NONE:
        return NONE
    return OWN if attested == by else ""


def checked(given: Given, *, today: date) -> Given:
    """Return a case that may be kept.

    :raises CaseInvalid: it has no date, one in the future or a year ago, confirmed without evidence, evidence without
        its number, or a text that is too long.
    """
    checked_days(onset=given.onset, sample=given.sample, today=today)
    if given.evidence not in EVIDENCE:
        raise CaseInvalid("evidence", "unknown")
    if given.evidence != NONE and not given.reference:
        raise CaseInvalid("reference", "missing")
    classified(given.classification, evidence=given.evidence)
    for name in ("reference", "note", "district"):
        checked_text(getattr(given, name), field=name)
    return given


def checked_days(*, onset: date | None, sample: date | None, today: date) -> None:
    """Return if a window can be counted from these days.

    :raises CaseInvalid: neither is there, or one lies in the future or more than a year ago.
    """
    if onset is None and sample is None:
        raise CaseInvalid("onset", "missing")
    for name, day in (("onset", onset), ("sample", sample)):
        if day is not None and day > today:
            raise CaseInvalid(name, "future")
        if day is not None and day < today - OLDEST:
            raise CaseInvalid(name, "past")


def classified(classification: str, *, evidence: str) -> str:
    """Return a classification that a case with this evidence may have.

    :raises CaseInvalid: there is none such, or confirming needs a laboratory's or clinician's number.
    """
    if classification not in CLASSIFICATIONS:
        raise CaseInvalid("classification", "unknown")
    if classification == CONFIRMED and evidence == NONE:
        raise CaseInvalid("classification", "evidence")
    return classification


def usual_classification(evidence: str) -> str:
    """Return how a case is classified when its report says nothing: a laboratory's finding confirms."""
    return CONFIRMED if evidence == LABORATORY else SUSPECTED


def differing(*, was: Given, now: Given) -> tuple[Reason, ...]:
    """Return what a report says otherwise than an earlier one of the same case: field, `DIFFERS`, before, now.

    What it leaves out it does not take back.
    """
    pairs = [(field, getattr(was, field), getattr(now, field)) for field in ("classification", "onset", "sample")]
    return tuple((field, DIFFERS, str(old or ""), str(new)) for field, old, new in pairs if new and new != old)


def misplaced(*, of: Scope, reached: Collection[Scope], known: bool) -> str:
    """Return why a case should not lie there: `MISSPELT`, `UNREACHED`, or empty.

    ``reached`` is how far the officers reach who would handle it, ``known`` whether there is such a district. An
    office where nobody is yet, or nobody has a district, loses nothing by a slip: everybody there sees the case.
    """
    if not reached:
        return ""
    own = any(each.district and in_scope(of=of, within=each) for each in reached)
    if of.district and not known and not own and any(each.district for each in reached):
        return MISSPELT
    return "" if any(in_scope(of=of, within=each) for each in reached) else UNREACHED


def checked_text(text: str, *, field: str) -> str:
    """Return a text on one line, tidy.

    :raises CaseInvalid: it is longer than its field.
    """
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    if len(tidy) > LONGEST[field]:
        raise CaseInvalid(field, "too-long")
    return tidy


def needed_text(text: str, *, field: str) -> str:
    """Return a text that has to be there.

    :raises CaseInvalid: it is empty or too long.
    """
    tidy = checked_text(text, field=field)
    if not tidy:
        raise CaseInvalid(field, "missing")
    return tidy


def number_of(*, serial: int, year: int) -> str:
    """Return a case's number, as people read it to each other: the year and a serial number of this node."""
    return f"K{year}-{serial:06d}"
