"""Cases in the words of a page: kinds of evidence, classifications, events, and what is wrong with a report."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from jejak.tracing.casereading import COLUMNS
from jejak.tracing.caserules import DIFFERS
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import _StrPromise

    from jejak.formats.tablefiles import UnreadableFile

EVIDENCE: Final[Mapping[str, _StrPromise]] = {
    "laboratory": gettext_lazy("Laboratory"),
    "clinical": gettext_lazy("Clinician"),
    "none": gettext_lazy("No evidence"),
}
CLASSIFICATIONS: Final[Mapping[str, _StrPromise]] = {
    "suspected": gettext_lazy("Suspected"),
    "confirmed": gettext_lazy("Confirmed"),
    "discarded": pgettext_lazy("a case", "Discarded"),
}
KINDS: Final = {"suspected": "attention", "confirmed": "stop", "discarded": "neutral"}
"""Colour of each classification."""
CLOSINGS: Final[Mapping[str, _StrPromise]] = {
    "followed-up": gettext_lazy("All contacts are followed up"),
    "discarded": gettext_lazy("It was no case"),
    "duplicate": gettext_lazy("It stands here twice"),
    "elsewhere": gettext_lazy("Another country or system follows it"),
    "other": gettext_lazy("For another reason, as noted"),
}
EVENTS: Final[Mapping[str, _StrPromise]] = {
    "reported": gettext_lazy("Reported"),
    "reported-again": gettext_lazy("Reported again, otherwise"),
    "changed": gettext_lazy("Dates changed"),
    "classified": gettext_lazy("Classified"),
    "assigned": gettext_lazy("Assigned"),
    "handed-over": gettext_lazy("Handed over"),
    "matched": gettext_lazy("Matched with a visitor"),
    "interviewed": gettext_lazy("Interviewed"),
    "closed": pgettext_lazy("a case", "Closed"),
    "reopened": gettext_lazy("Reopened"),
}
SOURCES: Final[Mapping[str, _StrPromise]] = {
    "scan": gettext_lazy("Check-in"),
    "case": gettext_lazy("The case"),
    "household": gettext_lazy("Somebody of the household"),
    "workplace": gettext_lazy("Somebody at work"),
    "other": gettext_lazy("Somebody else"),
}
RELATIONS: Final[Mapping[str, _StrPromise]] = {
    "household": gettext_lazy("Household"),
    "workplace": gettext_lazy("Workplace"),
    "other": gettext_lazy("Elsewhere"),
}
FIELDS: Final[Mapping[str, _StrPromise]] = {
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone number"),
    "document": gettext_lazy("Document’s number"),
    "document_kind": gettext_lazy("Kind of document"),
    "country": gettext_lazy("Country of the passport"),
    "onset": gettext_lazy("Onset of symptoms"),
    "sample": gettext_lazy("Day of the sample"),
    "evidence": gettext_lazy("Evidence"),
    "reference": gettext_lazy("Laboratory’s or clinician’s own number"),
    "classification": gettext_lazy("Classification"),
    "state": pgettext_lazy("of Malaysia", "State"),
    "district": gettext_lazy("District"),
    "note": gettext_lazy("Note"),
    "row": gettext_lazy("The row"),
    "officer": gettext_lazy("Officer"),
    "office": gettext_lazy("Health office"),
    "why": gettext_lazy("Why"),
    "person": gettext_lazy("Visitor"),
    "place": gettext_lazy("Place"),
    "start": gettext_lazy("From"),
    "end": gettext_lazy("Until"),
    "first": gettext_lazy("First met on"),
    "last": gettext_lazy("Last met on"),
    "source": gettext_lazy("Who says so"),
    "said_by": gettext_lazy("Who says so"),
    "relation": gettext_lazy("Where they meet"),
    "reach": gettext_lazy("Without a phone: how they are reached"),
}
PROBLEMS: Final[Mapping[str, _StrPromise]] = {
    "missing": gettext_lazy("is missing."),
    "unknown": gettext_lazy("is not known."),
    "invalid": gettext_lazy("cannot be read."),
    "future": gettext_lazy("lies in the future."),
    "past": gettext_lazy("lies more than a year back."),
    "too-long": gettext_lazy("is too long."),
    "evidence": gettext_lazy("cannot be “confirmed” without a laboratory or clinician."),
    "taken": gettext_lazy("stands in another case of this reporter."),
    "differs": gettext_lazy(
        "is not what was reported with this number before. The officers of the case read both; "
        "tell them which is right."
    ),
    "misspelt": gettext_lazy(
        "is not known in this state. Write it as the state does, or leave it empty: every officer of the office sees "
        "the case then."
    ),
    "unreached": gettext_lazy(
        "is reached by nobody of this office. Choose the office of that district, or leave it empty."
    ),
    "many-cells": gettext_lazy("has more cells than the heading has columns."),
}
_FILES: Final[Mapping[str, _StrPromise]] = {
    "empty": gettext_lazy("The table is empty, or has a heading and nothing below it."),
    "format": gettext_lazy("This is neither CSV nor XLSX. Save it as one of these and send it again."),
    "damaged": gettext_lazy("The workbook is damaged or protected. Save it anew without a password and send it again."),
    "encoding": gettext_lazy("The letters of this file cannot be read. Save it as “CSV UTF-8” and send it again."),
    "too-large": gettext_lazy("The file is too large. Split it and send the parts."),
    "too-many": gettext_lazy("The table has too many rows. Split it and send the parts."),
    "too-wide": gettext_lazy("The sheet reaches over too many columns. Copy the table alone into a new workbook."),
}

HELD: Final[Mapping[str, _StrPromise]] = {
    "budget-spent": gettext_lazy(
        "Whoever sent it has looked at as many people as one account may. Let it go on later, "
        "or have a colleague do so."
    ),
    "purpose-refused": gettext_lazy(
        "Whoever sent it may report no more. Whoever of the same agency lets it go on reports the rest "
        "in their own name."
    ),
    "broken": gettext_lazy(
        "Something broke. What was taken in stands; let it go on, and tell the operator if it stops again."
    ),
}
"""Why a table is not taken in to its end."""
OTHERWISE_HELD: Final = gettext_lazy("It was refused. What was taken in stands.")


def reason(said: Sequence[str]) -> str:
    """Return why a row is no case, in the reader's language."""
    field, problem = said[0], said[1]
    if (field, problem) == ("onset", "missing"):  # either date is enough
        return _("Onset and sample are missing; one of them is enough.")
    if problem == DIFFERS:
        before, now = (value(field, code) for code in said[2:4])
        return _("%(field)s: %(now)s here, %(before)s in the case that was reported with this number before.") % {
            "field": FIELDS[field], "now": now, "before": before
        }  # fmt: skip
    return f"{FIELDS.get(field, field)} {PROBLEMS.get(problem, problem)}"


def value(field: str, code: str) -> str:
    """Return a classification or a day in the reader's language."""
    if field == "classification":
        return str(CLASSIFICATIONS.get(code, code))
    return words.day(date.fromisoformat(code), language=get_language() or "ms") if code else "–"


def said_again(note: str) -> str:
    """Return what was reported of a case otherwise than before, as its history tells it."""
    told = [
        (FIELDS[field], value(field, now), value(field, before)) for field, _differs, before, now in json.loads(note)
    ]
    return " ".join(
        _("%(field)s: %(now)s, before %(before)s.") % {"field": field, "now": now, "before": before}
        for field, now, before in told
    )


def refusal(error: UnreadableFile) -> str:
    """Return why a table was not read, in the reader's language."""
    if error.problem == "columns":
        return _("These columns are missing: %(columns)s. Name them as in the template.") % {"columns": error.what}
    if error.problem == "cell":
        return _("Row %(row)s cannot be read: a quotation mark is left open, or a cell is huge.") % {"row": error.what}
    return str(_FILES.get(error.problem, error.title))


def headings() -> list[str]:
    """Return the template's headings, Malay, which every node reads."""
    return [words[0].capitalize() for words in COLUMNS.values()]
