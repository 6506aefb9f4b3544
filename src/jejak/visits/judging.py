"""Looking through the log for check-ins that cannot well be true, flagging them, and telling owners of bursts.

Nothing is dropped, no flag is ever cleared. A run may be repeated, and two at once do the work of one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection, transaction

from jejak.kernel.periods import Period
from jejak.kernel.places import day_bounds, local_day
from jejak.messaging import actions as messaging
from jejak.messaging.errors import RecipientInvalid
from jejak.premises import queries as premises
from jejak.premises.queries import watching
from jejak.visits import plausibility, rules
from jejak.visits.models import Burst, Judged
from jejak.visits.plausibility import Hour, Seen
from jejak.visits.queries.statements import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jejak.premises.queries import Place
    from jejak.premises.queries.watching import Watched

RECENT: Final = timedelta(hours=2)
"""Looked at again by every run: what came late, and hours that were not over yet."""
HELD_BACK: Final = timedelta(hours=73)
"""Looked at again by night: a phone without a network may hold a check-in back for 72 hours."""
AT_ONCE: Final = timedelta(hours=6)
TOLD_EVERY: Final = timedelta(days=1)
AN_HOUR: Final = timedelta(hours=1)
_LOCK: Final = 7620210827
Key = tuple[int, datetime, UUID]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How many check-ins a run flagged for each reason, how many bursts are new, and how many owners were told."""

    closed: int = 0
    travel: int = 0
    burst: int = 0
    crowded: int = 0
    bursts: int = 0
    told: int = 0


def judge(*, now: datetime, back: timedelta = RECENT) -> Judgement:
    """Return what was flagged between the last run, or ``back`` before it, and ``now``; nothing if one is running."""
    flagged: Counter[int] = Counter()
    bursts = told = 0
    start = _start(now=now, back=back)
    while start < now:
        until = min(start + AT_ONCE, now)
        with transaction.atomic():
            if not _alone():
                break
            marks, hours = _found(Period(start, until))
            flagged.update(_mark(marks))
            bursts += _keep(hours)
            _reached(until)
            told += _tell(now=now)  # last, for messages of one class wait for each other
        start = until
    return Judgement(
        closed=flagged[rules.CLOSED_HOURS],
        travel=flagged[rules.TRAVEL],
        burst=flagged[rules.BURST],
        crowded=flagged[rules.CROWDED],
        bursts=bursts,
        told=told,
    )


def _start(*, now: datetime, back: timedelta) -> datetime:
    """Return where a run begins; a clock that went forwards and back again leaves nothing out."""
    judged = Judged.objects.filter(pk=1).first()
    return min(judged.upto, now) - back if judged else now - HELD_BACK


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _reached(until: datetime) -> None:
    judged, made = Judged.objects.get_or_create(pk=1, defaults={"upto": until})
    if not made and judged.upto < until:
        judged.upto = until
        judged.save(update_fields=["upto"])


def _found(period: Period) -> tuple[dict[Key, int], list[Burst]]:
    """Return the flags due to check-ins, and the bursts, of a period."""
    marks: defaultdict[Key, int] = defaultdict(int)
    places = premises.places(row[0] for row in rows("judge_premises", since=period.start, until=period.end))
    hours = _bursts(period, places)
    for bit, keys in (
        (rules.CLOSED_HOURS, _closed(period, places)),
        (rules.TRAVEL, _travelled(period)),
        (rules.BURST, _scans_of(hours)),
        (rules.CROWDED, _crowded(period)),
    ):
        for key in keys:
            marks[key] |= bit
    return marks, hours


def _closed(period: Period, places: Mapping[int, Place]) -> Iterable[Key]:
    shut = [
        (place.id, part)
        for place in places.values()
        for part in plausibility.closed(hours=place.opening_hours, period=period)
    ]
    if not shut:
        return []
    return rows(
        "judge_closed",
        premises=[number for number, _ in shut],
        starts=[part.start for _, part in shut],
        ends=[part.end for _, part in shut],
        since=period.start,
        until=period.end,
    )


def _travelled(period: Period) -> Iterable[Key]:
    # Two check-ins may lie on both sides of where a run begins.
    read = rows("judge_travel", since=period.start - plausibility.LONGEST_WAY, until=period.end)
    marked = {row[2] for row in read if row[5]}
    found = plausibility.impossible_travel(Seen(*row[:5]) for row in read)
    return [(each.premises, each.checked_in, each.id) for each in found if each.id not in marked]


def _bursts(period: Period, places: Mapping[int, Place]) -> list[Burst]:
    # Whole hours: the part of one before a run begins counts too.
    since = period.start.replace(minute=0, second=0, microsecond=0)
    found = []
    for number, zone, hour, scans, weeks in rows(
        "judge_hours", since=since, until=period.end, least=plausibility.CLOSED_AT_MOST
    ):
        place = places.get(number)
        usual = plausibility.usual_of(_weeks(weeks))
        is_open = place is None or not _shut(place, hour)
        one = Hour(scans, usual, place.capacity if place else None, open=is_open)
        if scans > plausibility.at_most(one):
            found.append(Burst(premises_id=number, zone_id=zone, hour=hour, scans=scans, usual=int(usual or 0)))
    return found


def _weeks(read: Sequence[int]) -> Iterable[tuple[bool, tuple[int, ...]]]:
    """Return the weeks of a row: its array holds four columns of as many numbers."""
    weeks = len(read) // 4
    columns = [read[start : start + weeks] for start in range(0, len(read), weeks)]
    return ((bool(scanned), tuple(counts)) for scanned, *counts in zip(*columns, strict=True))


def _shut(place: Place, hour: datetime) -> bool:
    """Return whether a place is closed for all of an hour."""
    whole = Period(hour, hour + AN_HOUR)
    return plausibility.closed(hours=place.opening_hours, period=whole) == (whole,)


def _scans_of(hours: Sequence[Burst]) -> Iterable[Key]:
    if not hours:
        return []
    return rows(
        "judge_burst",
        premises=[each.premises_id for each in hours],
        zones=[each.zone_id for each in hours],
        hours=[each.hour for each in hours],
        since=min(each.hour for each in hours),
        until=max(each.hour for each in hours) + AN_HOUR,
    )


def _crowded(period: Period) -> Iterable[Key]:
    since = day_bounds(local_day(period.start)).start
    return rows("judge_devices", since=since, until=period.end, most=plausibility.MOST_PEOPLE)


def _mark(marks: Mapping[Key, int]) -> Counter[int]:
    """Return how many check-ins got each flag that they did not have."""
    if not marks:
        return Counter()
    moments = [moment for _, moment, _ in marks]
    read = rows(
        "judge_mark",
        premises=[number for number, _, _ in marks],
        moments=moments,
        ids=[visit for _, _, visit in marks],
        bits=list(marks.values()),
        first=min(moments),
        last=max(moments),
    )
    bits = (rules.CLOSED_HOURS, rules.TRAVEL, rules.BURST, rules.CROWDED)
    return Counter(bit for (set_bits,) in read for bit in bits if set_bits & bit)


def _keep(hours: Iterable[Burst]) -> int:
    """Return how many bursts are new; one that went on growing is corrected."""
    new = 0
    for each in hours:
        where = {"premises_id": each.premises_id, "zone_id": each.zone_id, "hour": each.hour}
        kept, made = Burst.objects.get_or_create(**where, defaults={"scans": each.scans, "usual": each.usual})
        new += made
        if kept.scans < each.scans:
            kept.scans = each.scans
            kept.save(update_fields=["scans"])
    return new


def _tell(*, now: datetime) -> int:
    """Return how many owners were told of a burst: once an hour of a place, and at most once a day.

    Of hours as far back as late check-ins are judged, for that is how late a burst may show.
    """
    waiting = list(Burst.objects.filter(told_at=None, hour__gt=now - HELD_BACK - AN_HOUR).order_by("-scans", "hour"))
    told = set(Burst.objects.filter(told_at__gt=now - TOLD_EVERY).values_list("premises_id", "zone_id"))
    known = watching.watched((each.premises_id, each.zone_id) for each in waiting) if waiting else {}
    count = 0
    for each in waiting:
        place = each.premises_id, each.zone_id
        if place not in told and place in known and _told(each, about=known[place], now=now):
            told.add(place)
            each.told_at = now
            each.save(update_fields=["told_at"])
            count += 1
    return count


def _told(burst: Burst, *, about: Watched, now: datetime) -> bool:
    """Return whether a message to the owner was taken in; one whom no mail can reach sees it on their page."""
    try:
        to = messaging.Mailbox(about.email)
    except RecipientInvalid:
        return False
    taken = messaging.queue(
        template="notice.poster-unusual",
        recipient=to,
        language="ms",
        slots={
            "place": messaging.Place(about.short_code),
            "count": burst.scans,
            "link": messaging.Link("premises", about.premises),
        },
        source=f"premises:{about.premises}",
        now=now,
        subject=about.premises,
    )
    return not taken.reason
