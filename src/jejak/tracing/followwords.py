"""Following up in the words of a page: symptoms, facts, reasons, where somebody stands, and what a table says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from jejak.kernel.places import local_day
from jejak.tracing import followrules
from jejak.tracing.contactwords import ENDINGS, STATES
from jejak.tracing.followrules import FOLLOWING, POSITIVE
from jejak.tracing.queries import following
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from jejak.tracing.actions.followshowing import Followed, FollowLine, Heard
    from jejak.tracing.actions.pastshowing import ContactThen
    from jejak.tracing.models import FollowUp
    from jejak.tracing.quarantine import Row
    from jejak.tracing.queries.following import OwnWord
    from jejak.tracing.queries.tables import TableView

    Line = dict[str, Any]

SYMPTOMS: Final[Mapping[str, _StrPromise]] = {
    "fever": _("Fever"),
    "cough": _("Cough"),
    "sore-throat": _("Sore throat"),
    "runny-nose": _("Runny nose"),
    "breathless": _("Short of breath"),
    "smell-taste": _("No smell or taste"),
    "headache": _("Headache"),
    "aches": _("Aching body"),
    "tired": _("Very tired"),
    "stomach": _("Diarrhoea or vomiting"),
    "other": _("Something else"),
}
TESTS: Final[Mapping[str, _StrPromise]] = {
    "": _("Not tested today"),
    "negative": _("Negative"),
    "positive": _("Positive"),
}
VACCINATION: Final[Mapping[str, _StrPromise]] = {
    "boosted": _("With a booster"),
    "full": _("Fully"),
    "partial": _("In part"),
    "none": _("Not at all"),
}
SOURCES: Final[Mapping[str, _StrPromise]] = {
    "contact": _("They say so themselves"),
    "document": _("A certificate they showed"),
    "clinic": _("A clinic"),
}
TABS: Final[Mapping[str, _StrPromise]] = {
    "now": _("To hear from now"),
    "heard": _("Heard from today"),
    "over": _("To release"),
    "ended": _("Ended"),
}
ONLY: Final[Mapping[str, _StrPromise]] = {
    "ill": _("ill"),
    "overdue": _("overdue"),
    "older": _("by an older table"),
}
EVENTS: Final[Mapping[str, _StrPromise]] = {
    "followed": _("follow-up began"),
    "follow-up-changed": _("follow-up worked out anew"),
    "heard": _("said how they are"),
    "facts": _("what is known was written down"),
    "extended": _("follow-up extended"),
    "follow-up-ended": _("follow-up ended"),
    "follow-up-resumed": _("follow-up goes on: they are no case"),
}
WRONG: Final[Mapping[str, _StrPromise]] = {
    "state": _("This contact is not followed up any more."),
    "well": _("Choose either that they are well or what they have."),
    "symptoms": _("Choose what they have."),
    "test": _("Choose what the test found."),
    "why": _("The last day has not ended, nobody heard from them, or they are ill: choose a reason."),
    "until": _("Choose a later day than it is now, at most 60 days after the last exposure."),
    "source": _("Say who says so."),
    "note": _("Write at most 500 letters."),
    "often": _("You said it often enough today. Call the health office if something changed."),
}


def lines(found: Sequence[FollowLine], *, today: date) -> list[Line]:
    """Return the rows of the list."""
    return [{"line": one, "row": one.row, "standing": standing(one.row, today=today)} for one in found]


def standing(row: FollowUp, *, today: date) -> tuple[str, str]:
    """Return where somebody stands today, and of which kind that is."""
    if row.state != FOLLOWING:
        label, kind = STATES[row.state]
        return str(label), kind
    if row.ill:
        return gettext("Ill"), "stop"
    if followrules.is_over(until=row.until, today=today):
        return (gettext("To release"), "good") if row.heard_on else (gettext("Never heard from"), "attention")
    due = row.due_on
    if due is not None and followrules.is_overdue(due_on=due, until=row.until, today=today):
        return gettext("Overdue since %(day)s") % {"day": words.day(due, language=_language())}, "attention"
    return (gettext("Due today"), "neutral") if due == today else (gettext("Heard from today"), "good")


def told(found: Followed, *, at: datetime) -> Line:
    """Return one contact's follow-up for their page."""
    row, today = found.row, local_day(at)
    apart = "symptoms" if row.symptoms_from and row.symptoms_from != row.facts_from else ""
    return {
        "it": found,
        "row": row,
        "going": row.state == FOLLOWING,
        "over": followrules.is_released_freely(until=row.until, heard=row.heard_on, ill=row.ill, today=today),
        "standing": standing(row, today=today),
        "ended": ENDINGS.get(row.ended_why, row.ended_why),
        "tests": [words.day(date.fromisoformat(day), language=_language()) for day in row.tests],
        "facts": facts({name: value for name, value in row.facts.items() if name != apart}),
        "symptoms": facts({name: value for name, value in row.facts.items() if name == apart}),
        "source": SOURCES.get(row.facts_from, "") if row.facts else "",
        "symptoms_source": SOURCES.get(row.symptoms_from, "") if "symptoms" in row.facts else "",
        "why": rule(found.table, row.row),
        "heard": [heard(one) for one in found.heard],
    }


def told_then(then: ContactThen) -> Line | None:
    """Return how a contact was followed up on a day for its page; nothing if nobody did."""
    row = then.follow
    if row is None:
        return None
    label, kind = STATES[row.state]
    ill = row.ill and row.state == FOLLOWING
    return {
        "row": row,
        "standing": (gettext("Ill"), "stop") if ill else (str(label), kind),
        "ended": ENDINGS.get(row.why, row.why),
        "tests": None if row.tests is None else [words.day(day, language=_language()) for day in row.tests],
        "facts": facts(row.facts or {}),
        "source": SOURCES.get(row.source, "") if row.facts else "",
        "why": rule(then.table, row.row),
        "heard": [heard(one) for one in then.heard],
    }


def heard(one: Heard) -> Line:
    """Return what somebody said of one day."""
    return {
        "one": one,
        "well": one.well,
        "symptoms": symptoms(one.symptoms),
        "test": TESTS[one.test] if one.test else "",
    }


def symptoms(codes: Iterable[str]) -> str:
    """Return what somebody has, in words."""
    return ", ".join(str(SYMPTOMS[code]) for code in codes if code in SYMPTOMS)


def own_word(said: OwnWord) -> str:
    """Return what of somebody's own word needs an officer, in words; empty if they are well."""
    tested = str(_("a positive test")) if said.test == POSITIVE else ""
    ill = "" if said.well else symptoms(said.symptoms) or str(_("not well"))
    return ", ".join(part for part in (ill, tested) if part)


def facts(known: Mapping[str, str | bool]) -> list[str]:
    """Return what is known, or what a row of a table asks for, in words."""
    said = []
    if "vaccination" in known:
        said.append(gettext("vaccinated: %(how)s") % {"how": str(VACCINATION[str(known["vaccination"])]).lower()})
    if "symptoms" in known:
        said.append(gettext("symptoms") if known["symptoms"] else gettext("no symptoms"))
    if "recovered_within_60_days" in known:
        recovered = known["recovered_within_60_days"]
        said.append(gettext("ill with it within 60 days") if recovered else gettext("not ill with it within 60 days"))
    return said


def table_rows(view: TableView) -> list[Line]:
    """Return the rows of a table in words."""
    return [row_of(row) for row in view.table.rows]


def row_of(row: Row) -> Line:
    """Return one row of a table: for whom, how long apart, tested when."""
    return {
        "when": facts(row.when) or [gettext("everybody else")],
        "days": days(row.days),
        "tests": ", ".join(gettext("day %(n)s") % {"n": day} for day in row.tests),
    }


def days(count: int) -> str:
    """Return a length of staying apart in words."""
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": count} if count else gettext("not at all")


def tabs(counts: Mapping[str, int]) -> list[tuple[str, _StrPromise, int]]:
    """Return the lists there are, with how many stand on each."""
    return [(tab, TABS[tab], counts[tab]) for tab in following.TABS]


def rule(view: TableView | None, row: int | None) -> str:
    """Return which row of which table a follow-up rests on."""
    if view is None or row is None:
        return ""
    when = facts(view.table.rows[row].when) or [gettext("nothing more is known")]
    return gettext("Table of %(day)s: %(when)s") % {
        "day": words.day(view.table.valid_from, language=_language()),
        "when": ", ".join(when),
    }


def _language() -> str:
    return get_language() or "ms"
