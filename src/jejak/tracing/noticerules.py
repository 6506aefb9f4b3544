"""What a notice names, over which way it goes, how long it lives, and when a second officer is asked; pure."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from jejak.tracing.errors import DisputeInvalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from jejak.kernel.periods import Period
    from jejak.tracing.exposures import Exposed

SMS, EMAIL, PAGE = WAYS = ("sms", "email", "page")
"""By message, by mail, or by hand: nothing is sent, an officer gives its link to whoever cannot be written to."""
MALAY, ENGLISH = LANGUAGES = ("ms", "en")
MISTAKE, WRONG_PERSON, DISCARDED, CORRECTED = REASONS = ("mistake", "wrong-person", "case-discarded", "corrected")
"""Why a notice is withdrawn."""
NOT_THERE, OTHER_TIMES, NOT_ME = SAYS = ("not-there", "other-times", "not-me")
"""What the reader of a notice can say is wrong with a stay."""
KEPT: Final = "kept"
OUTCOMES: Final = (CORRECTED, KEPT)
"""What an officer decides of what a reader says."""
AROUND: Final = timedelta(days=1)
"""Other times lie within a day of those that the notice names; another day is another visit."""
MOST_DISPUTES: Final = 3
"""So often one stay can be disputed; an officer has looked at each of them."""
TOLD, WAITING, NOTHING, SOURCE = LEFT_OUT = ("told", "waiting", "nothing", "source")
"""Why a contact is left out: a notice says all of it already, one waits to be sent, or no exposure is left.

Or a case may have been infected by them, or where they were, and exposed them nowhere.
"""
MOST_AT_ONCE: Final = 20_000
LARGE_BATCH: Final = 100
"""Contacts of one batch beyond which a senior officer confirms."""
LARGE_HOUR: Final = 300
"""Contacts of one office within an hour beyond which a senior officer confirms."""
HOUR: Final = timedelta(hours=1)
LONGEST_LIFE: Final = timedelta(days=28)
LEAST_LIFE: Final = timedelta(days=7)
PASSING: Final = frozenset({"breaker", "overall-rate", "source-hour", "source-day", "new-recipients"})
"""Reasons for which messages are not taken in now, and will be later."""
CROWDED: Final = frozenset({"recipient-hour", "recipient-day"})
"""Reasons for which one recipient alone is written to later."""
HELD: Final = timedelta(minutes=10)
"""How long a batch rests when messages are not taken in."""
LOST: Final = frozenset({"failed", "expired", "refused"})
"""States of a message that tell nobody anything."""
_STANDS: Final = {
    "": "unrecorded", "queued": "on-the-way", "sending": "on-the-way", "sent": "sent", "delivered": "delivered",
    **dict.fromkeys(LOST, "failed"),
}  # fmt: skip


def way(*, phone: bool, mail: bool) -> str:
    """Return over which way somebody is told."""
    if phone:
        return SMS
    return EMAIL if mail else PAGE


def needs_second(*, contacts: int, last_hour: int) -> bool:
    """Return whether so many contacts at once, after so many of the office within the last hour, need a senior."""
    return contacts > LARGE_BATCH or contacts + last_hour > LARGE_HOUR


def named(exposed: Iterable[tuple[int, Exposed]]) -> list[dict[str, Any]]:
    """Return the stays of exposures, by the exposure's number, as a notice keeps them; in the order of time.

    What an interview alone says has no place, so a notice names nothing of it.
    """
    found = [
        {
            "exposure": number,
            "stay": stay,
            "premises": each.premises,
            "zone": each.zone,
            "start": each.period.start.isoformat(),
            "end": each.period.end.isoformat(),
        }
        for number, one in exposed
        for stay, each in enumerate(one.stretches)
    ]
    return sorted(found, key=lambda one: (one["start"], one["premises"], one["exposure"]))


def told(exposed: Iterable[tuple[int, int, Exposed]]) -> list[dict[str, Any]]:
    """Return what interviews say of exposures, by the exposure's number and its case's, as a dispute keeps it."""
    return [
        {
            "exposure": number,
            "stay": stay,
            "said": each.relation,
            "case": case,
            "start": each.period.start.isoformat(),
            "end": each.period.end.isoformat(),
        }
        for number, case, one in exposed
        for stay, each in enumerate(one.told, start=len(one.stretches))
    ]


def places(named: Iterable[Mapping[str, Any]]) -> frozenset[tuple[object, ...]]:
    """Return what a notice tells: which places and times, whatever exposure they stand in."""
    return frozenset((one["premises"], one["zone"], one["start"], one["end"]) for one in named)


def ends_at(*, last: datetime, at: datetime) -> datetime:
    """Return how long a notice lives: 28 days after the last exposure, but at least a week.

    That of a contact who is followed up longer lives as long as that.
    """
    return max(last + LONGEST_LIFE, at + LEAST_LIFE)


def may_be(*, kept: Period, start: datetime | None, end: datetime | None, at: datetime) -> bool:
    """Return whether other times of a stay may be said: in order, near those that are kept, and not to come."""
    if start is None or end is None:
        return False
    return kept.start - AROUND <= start < end <= min(kept.end + AROUND, at)


def other_times(
    *, says: str, kept: Period, start: datetime | None, end: datetime | None, at: datetime
) -> tuple[datetime | None, datetime | None]:
    """Return the times that somebody says instead of those kept, none unless that is what they say.

    :raises DisputeInvalid: that cannot be said, or the times cannot be.
    """
    if says not in SAYS:
        raise DisputeInvalid("says")
    if says != OTHER_TIMES:
        return None, None
    if as_named(kept=kept, start=start, end=end):
        raise DisputeInvalid("same")
    if not may_be(kept=kept, start=start, end=end, at=at):
        raise DisputeInvalid("times")
    return start, end


def as_named(*, kept: Period, start: datetime | None, end: datetime | None) -> bool:
    """Return whether other times are those that the notice names, to the minute, which is what a reader writes."""
    return [each and each.replace(second=0, microsecond=0) for each in (start, end)] == [
        each.replace(second=0, microsecond=0) for each in (kept.start, kept.end)
    ]


def problem_of(outcomes: Collection[str]) -> str:
    """Return why a stay cannot be disputed (again), empty if it can; an outcome for each time, empty while it waits.

    ``open``, ``corrected`` or ``often``; a correction that was taken back is none any more.
    """
    if "" in outcomes:
        return "open"
    if CORRECTED in outcomes:
        return CORRECTED
    return "often" if len(outcomes) >= MOST_DISPUTES else ""


def digest(lines: Iterable[tuple[int, str, str]]) -> bytes:
    """Return what an approval names: which contacts, by number, over which way and in which language."""
    return sha256(json.dumps(sorted(lines)).encode()).digest()


def standing(*, way: str, sent: bool, failed: str, withdrawn: bool, stopped: bool, state: str) -> str:
    """Return in one word where a notice stands; ``state`` is what became of its message, empty if there is none.

    ``withdrawn``, ``stopped``, ``unsent``, ``failed``, ``by-hand``, ``on-the-way``, ``sent``, ``delivered``, or
    ``unrecorded``: what became of messages is kept for a time alone.
    """
    if withdrawn:
        return "withdrawn"
    if failed:
        return "failed"
    if not sent:
        return "stopped" if stopped else "unsent"
    return "by-hand" if way == PAGE else _STANDS[state]


STANDINGS: Final = (
    "unsent", "on-the-way", "sent", "unrecorded", "delivered", "failed", "by-hand", "stopped", "withdrawn", "untold",
)  # fmt: skip
