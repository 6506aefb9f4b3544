"""Answers in the words of a page: every text is made here once, so that a template only places it.

Plain dictionaries, as templates look into those first: fifty rows of filters and attributes cost more than the search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jejak.kernel.places import KUALA_LUMPUR, local_day
from jejak.tracing import rules
from jejak.tracing.marks import TIERS, marks_of
from jejak.tracing.sheets import told
from jejak.ui import words
from jejak.visits import rules as visits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.utils.safestring import SafeString

    from jejak.tracing.answers import Bar, ContactRow, StayRow, Tally, VisitorRow, ZoneTime
    from jejak.tracing.marks import Mark
    from jejak.tracing.pictures import DayLine, StayBar

    Line = dict[str, Any]

SHOWN_AT_ONCE = 2  # premises of a contact; the others open
PLACES_AT_ONCE = 6  # premises of the counts; the others open


def contact_lines(rows: Sequence[ContactRow]) -> list[Line]:
    """Return the rows of the table of contacts."""
    language, sure = _language(), _certainties()
    return [
        {
            "rank": row.rank,
            "person": row.who.person,
            "name": row.who.name,
            "phone": row.who.reached,
            "together": words.minutes(row.contact.minutes, language=language),
            "sure": sure[row.contact.observed],
            "tier": TIERS[row.contact.tier],
            "near": words.minutes(row.contact.near, language=language) if row.zoned else "",
            "marks": marks_of(row.contact.flags),
            "said": [told(each) for each in row.said],
            "places": _places(row.places[:SHOWN_AT_ONCE], language),
            "more": _places(row.places[SHOWN_AT_ONCE:], language),
            "first": _when(row.contact.first, language),
            "last": _when(row.contact.last, language),
            "bars": format_html_join("", _BAR, (_bar(bar) for bar in row.bars)),
        }
        for row in rows
    ]


def stay_lines(stays: Sequence[StayRow]) -> list[Line]:
    """Return the rows of the table of a person's own stays."""
    language, sure = _language(), _certainties()
    return [
        {
            "place": stay.place,
            "start": words.moment(_local(stay.period.start), language=language),
            "end": words.moment(_local(stay.period.end), language=language),
            "length": _length(stay.period.minutes, language),
            "sure": sure[stay.observed],
            "zones": [_in_zone(time, language) for time in stay.zones],
            "marks": marks_of(stay.flags),
            "said": [told(each) for each in stay.said],
        }
        for stay in stays
    ]


def day_lines(days: Sequence[DayLine]) -> list[Line]:
    """Return the lines of the timeline, each with its drawing."""
    language = _language()
    return [
        {
            "label": _dated(line.day, language),
            "starts": f"{line.starts}%",
            "length": f"{line.length}%",
            "bars": format_html_join("", _TITLED_BAR, (_titled(bar, language) for bar in line.bars)),
        }
        for line in days
    ]


def visitor_lines(rows: Sequence[VisitorRow]) -> list[Line]:
    """Return the rows of the table of visitors; the day of leaving stands only where it is another one."""
    language, sure = _language(), _certainties()
    return [
        {
            "name": row.who.name,
            "phone": row.who.reached,
            "start": _when(row.stay.period.start, language),
            "end": _when(row.stay.period.end, language),
            "stays_on": local_day(row.stay.period.start) != local_day(row.stay.period.end),
            "length": _length(row.stay.period.minutes, language),
            "sure": sure[row.stay.observed],
            "marks": marks_of(row.stay.flags),
            "said": [told(each) for each in row.said],
        }
        for row in rows
    ]


def tally(counts: Tally, *, zoned: bool) -> Line:
    """Return how many people by premises, by time together and, where there are zones, by nearness."""
    language = _language()
    places = [{"name": name, "people": people} for name, people in counts.places]
    return {
        "places": places[:PLACES_AT_ONCE],
        "more": places[PLACES_AT_ONCE:],
        "lengths": [{"name": _span(start, end, language), "people": people} for start, end, people in counts.lengths],
        "tiers": [{"name": TIERS[tier].word, "people": people} for tier, people in counts.tiers] if zoned else [],
        "most": max((people for _start, _end, people in counts.lengths), default=0),
        "most_there": max((people for _name, people in counts.places), default=0),
        "most_near": max((people for _tier, people in counts.tiers), default=0),
    }


def _span(start: int, end: int | None, language: str) -> str:
    least = words.minutes(start, language=language)
    if end is None:
        return _("%(least)s or more") % {"least": least}
    return _("%(least)s to under %(most)s") % {"least": least, "most": words.minutes(end, language=language)}


def marks_seen(*flags: int) -> tuple[Mark, ...]:
    """Return every mark that stands somewhere on a page, for the list of their meanings."""
    return marks_of(rules.flags_of(flags))


def doubts(flags: int) -> str:
    """Return the words of all marks that make a visit doubtful; nothing where no visit is."""
    return ", ".join(str(mark.word) for mark in marks_of(visits.DOUBTFUL)) if flags & visits.DOUBTFUL else ""


def sieves(flags: int, *, chosen: str) -> list[tuple[str, str, bool]]:
    """Return by which flags a list can be narrowed: value, words, whether it is chosen; none where no visit has any."""
    wanted = rules.sifting(chosen)
    marks = marks_of(flags | (wanted[1] if wanted else 0))
    words = [(mark.code, str(mark.word)) for mark in marks]
    if any(mark.doubtful for mark in marks):
        words.insert(0, ("", _("doubtful")))
    offered = [
        (f"{kind}-{code}" if code else kind, text % {"word": word})
        for kind, text in ((rules.WITHOUT, _("without: %(word)s")), (rules.ONLY, _("only: %(word)s")))
        for code, word in words
    ]
    return [(value, text, value == chosen) for value, text in offered]


def _length(minutes: float, language: str) -> str:
    return words.minutes(minutes, language=language) if minutes >= 1 else _("under 1 min")


def _in_zone(time: ZoneTime, language: str) -> tuple[str, str]:
    start, end = (words.clock(_local(each), language=language) for each in (time.period.start, time.period.end))
    return time.zone, f"{start} – {end}"


_BAR = '<rect x="{}%" y="2" width="{}%" height="16" class="{}" fill="{}"/>'
_TITLED_BAR = '<rect x="{}%" y="2" width="{}%" height="16" class="{}" fill="{}"><title>{}</title></rect>'


def _bar(bar: Bar) -> tuple[str, str, str, str]:
    return str(bar.x), str(bar.width), *_look(observed=bar.observed)


def _titled(bar: StayBar, language: str) -> tuple[str, str, str, str, SafeString]:
    start, end = (words.clock(_local(each), language=language) for each in (bar.stay.period.start, bar.stay.period.end))
    inside = ", ".join(f"{time.zone} {_in_zone(time, language)[1]}" for time in bar.stay.zones)
    title = format_html("{}, {} – {}{}", bar.stay.place, start, end, f" ({inside})" if inside else "")
    return str(bar.x), str(bar.width), *_look(observed=bar.stay.observed), title


def _look(*, observed: bool) -> tuple[str, str]:
    # Where the stylesheet is missing, what is estimated still looks lighter.
    return ("observed", "currentColor") if observed else ("estimated", "url(#hatch)")


def _places(places: Sequence[tuple[str, int]], language: str) -> list[tuple[str, str]]:
    return [(name, words.minutes(minutes, language=language)) for name, minutes in places]


def _dated(day: date, language: str) -> str:
    return f"{words.weekday(day.weekday(), language=language)}, {words.day(day, language=language)}"


def _when(moment: datetime, language: str) -> tuple[str, str]:
    local = _local(moment)
    return words.day(local, language=language), words.clock(local, language=language)


def _certainties() -> dict[bool, str]:
    return {True: _("observed"), False: _("estimated")}


def _language() -> str:
    return get_language() or "ms"


def _local(moment: datetime) -> datetime:
    return moment.astimezone(KUALA_LUMPUR)
