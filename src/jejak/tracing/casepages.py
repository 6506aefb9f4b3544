"""A case in the words of its page: the days of its windows as a picture, its events and stays as rows."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jejak.kernel.periods import Period
from jejak.kernel.places import STATES, local_day
from jejak.tracing import casewords, pictures, presenting
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jejak.tracing.caseanswers import CaseStayRow, EventRow

Line = dict[str, Any]
INTERVIEWED: Final = "interviewed"


def day_lines(
    stays: Sequence[CaseStayRow], *, forward: Period, backward: Period, onset: date | None, sample: date | None
) -> list[Line]:
    """Return the timeline from the first day of both windows to the last, each day with what it is to the case."""
    whole = Period(min(forward.start, backward.start), max(forward.end, backward.end))
    days = pictures.timeline(stays=[each.stay for each in stays], period=whole)
    lines = presenting.day_lines(days)
    for line, each in zip(lines, days, strict=True):
        line["phase"] = "forward" if _within(each.day, forward) else "backward"
        line["word"] = _day_word(each.day, onset, sample)
    return lines


def stay_lines(stays: Sequence[CaseStayRow]) -> list[Line]:
    """Return the rows of the table of stays, each with who says so."""
    lines = presenting.stay_lines([each.stay for each in stays])
    for line, each in zip(lines, stays, strict=True):
        line |= {
            "source": casewords.SOURCES[each.source],
            "note": each.note,
            "uuid": each.uuid,
            "scan": each.source == "scan",
        }
    return lines


def event_lines(events: Sequence[EventRow]) -> list[Line]:
    """Return the rows of the history, each with the facts that it changed."""
    earlier = [*events[1:], None][: len(events)]
    return [
        {
            "at": each.at,
            "by": each.by,
            "kind": each.kind,
            "word": casewords.EVENTS[each.kind],
            "facts": facts(each) if before is None else _changed(before, each),
            "note": casewords.said_again(each.note) if each.kind == "reported-again" and each.note else each.note,
        }
        for each, before in zip(events, earlier, strict=True)
    ]


def changed_since(events: Sequence[EventRow], *, seen: str) -> list[Line]:
    """Return the rows of what changed a case after an event, the newest first; of the last one if it is not known."""
    lines = event_lines(events)
    later = [line for line, _each in takewhile(lambda pair: str(pair[1].uuid) != seen, zip(lines, events, strict=True))]
    changes = [line for line in later if line["kind"] != INTERVIEWED]
    return changes if len(later) < len(events) else changes[:1]


def facts(each: EventRow) -> list[tuple[str, str]]:
    """Return the facts of a moment as pairs of term and value."""
    then = each.facts
    language = get_language() or "ms"

    def day(text: str) -> str:
        return words.day(date.fromisoformat(text), language=language) if text else "–"

    where = ", ".join(part for part in (then.district, STATES.get(then.state, "")) if part) or "–"
    return [
        (str(casewords.FIELDS["classification"]), str(casewords.CLASSIFICATIONS[then.classification])),
        (str(casewords.FIELDS["evidence"]), str(casewords.EVIDENCE[then.evidence])),
        (str(casewords.FIELDS["onset"]), day(then.onset)),
        (str(casewords.FIELDS["sample"]), day(then.sample)),
        (str(casewords.FIELDS["district"]), where),
        (str(casewords.FIELDS["office"]), each.office),
        (str(casewords.FIELDS["officer"]), each.officer or _("Nobody yet")),
        (str(casewords.FIELDS["person"]), _("Known in the log") if then.person else _("Not known in the log")),
    ]


def first_day(period: Period) -> date:
    """Return the first local day of a window."""
    return local_day(period.start)


def last_day(period: Period) -> date:
    """Return the last local day of a window."""
    return local_day(period.end - timedelta(microseconds=1))


def _changed(before: EventRow, after: EventRow) -> list[tuple[str, str]]:
    return [new for old, new in zip(facts(before), facts(after), strict=True) if old != new]


def _within(day: date, period: Period) -> bool:
    return first_day(period) <= day <= last_day(period)


def _day_word(day: date, onset: date | None, sample: date | None) -> str:
    if day == onset:
        return _("onset")
    return _("sample") if day == sample else ""
