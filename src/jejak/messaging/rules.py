"""How much may be sent to whom, what becomes of a message, and how long a one-time code lives.

Source: OWASP ASVS 5.0 section 6.6 (one-time codes); docs/howto/messages.md for the budgets.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


class State(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUSED = "refused"


MOVES: Final[dict[State, frozenset[State]]] = {
    # A gateway's report may overtake its own answer, so what still waits here may be sent or delivered there.
    State.QUEUED: frozenset(
        {State.SENDING, State.SENT, State.DELIVERED, State.FAILED, State.EXPIRED, State.REFUSED},
    ),
    State.SENDING: frozenset(
        {State.SENDING, State.QUEUED, State.SENT, State.DELIVERED, State.FAILED, State.EXPIRED, State.REFUSED},
    ),
    State.SENT: frozenset({State.DELIVERED, State.FAILED}),
    # Proof that it arrived wins over every sign that it did not.
    State.FAILED: frozenset({State.DELIVERED}),
    State.EXPIRED: frozenset({State.DELIVERED, State.FAILED}),
    State.DELIVERED: frozenset(),
    State.REFUSED: frozenset(),
}
"""Every move there is; `models.Message` is changed by no other."""

WAITING: Final = frozenset({State.QUEUED, State.SENDING})
"""The states in which a message still holds its recipient and slots, sealed."""

REPORTS: Final = frozenset({State.SENT, State.DELIVERED, State.FAILED})
"""What a gateway may report."""

REFERENCE: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}")
"""What may be a gateway's name for a message; anything else is not kept."""

_WEIGHT: Final = {
    State.QUEUED: 0,
    State.SENDING: 0,
    State.SENT: 1,
    State.EXPIRED: 1,
    State.FAILED: 2,
    State.DELIVERED: 3,
}


def after_report(*, state: State, report: State) -> State:
    """Return where a message stands after a gateway's report; repeating and reordering reports changes nothing."""
    if state is State.REFUSED or report not in REPORTS:
        return state
    return report if _WEIGHT[report] > _WEIGHT[state] else state


class Kind(StrEnum):
    """A class of templates; budgets and the breaker are per class."""

    CODE = "code"
    NOTICE = "notice"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Budget:
    """How many messages within any hour and any day."""

    an_hour: int
    a_day: int

    def used_up(self, *, hour: int, day: int) -> str:
        """Return ``hour`` or ``day`` where those of the last hour or day leave no room for one more, else nothing."""
        if hour >= self.an_hour:
            return "hour"
        return "day" if day >= self.a_day else ""


TO_RECIPIENT: Final = {
    Kind.CODE: Budget(an_hour=3, a_day=5),
    Kind.NOTICE: Budget(an_hour=4, a_day=10),
    Kind.REPLY: Budget(an_hour=20, a_day=60),
}
FROM_SOURCE: Final = {
    # Many phones share one address of a mobile network; a person asks for three at most.
    Kind.CODE: Budget(an_hour=30, a_day=100),
    Kind.NOTICE: Budget(an_hour=5_000, a_day=20_000),
    Kind.REPLY: Budget(an_hour=20, a_day=60),
}


@dataclass(frozen=True, slots=True)
class Breaker:
    """How many messages of a class, and how many to recipients never written to before, are normal within an hour."""

    an_hour: int
    new_an_hour: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What was asked for within the last hour and day before this message."""

    tripped: bool
    recipient_hour: int
    recipient_day: int
    source_hour: int
    source_day: int
    all_hour: int
    new_hour: int
    new: bool  # nobody wrote to this recipient before


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a message may go; ``reason`` is empty if so, and ``trips`` says that the breaker opens with this one."""

    reason: str = ""
    trips: bool = False


def judge(*, kind: Kind, spent: Spent, breaker: Breaker) -> Verdict:
    """Return whether one more message of a class may be taken in."""
    if spent.tripped:
        return Verdict("breaker")
    if window := TO_RECIPIENT[kind].used_up(hour=spent.recipient_hour, day=spent.recipient_day):
        return Verdict(f"recipient-{window}")
    if window := FROM_SOURCE[kind].used_up(hour=spent.source_hour, day=spent.source_day):
        return Verdict(f"source-{window}")
    if spent.all_hour >= breaker.an_hour:
        return Verdict("overall-rate", trips=True)
    if spent.new and spent.new_hour >= breaker.new_an_hour:
        return Verdict("new-recipients", trips=True)
    return Verdict()


REASONS: Final = frozenset(
    {
        "breaker",
        "recipient-hour",
        "recipient-day",
        "source-hour",
        "source-day",
        "overall-rate",
        "new-recipients",
        "number-not-served",
    },
)
"""Why a message is not taken in."""

ABOUT_RECIPIENT: Final = frozenset({"recipient-hour", "recipient-day"})
ABOUT_SOURCE: Final = frozenset({"source-hour", "source-day"})

_V6_SUBSCRIBER: Final = 64


def source_of(address: str) -> str:
    """Return the source that a network address stands for: itself, or the /64 that one IPv6 subscriber has to himself.

    Whatever is no address is one source and shares its budgets.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "address:unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return f"address:{found.ipv4_mapped}"
        return f"address:{ipaddress.ip_network((found, _V6_SUBSCRIBER), strict=False)}"
    return f"address:{found}"


MOST_TRIES: Final = 8
LEASE: Final = timedelta(minutes=2)
"""How long one attempt may take before another worker takes it for dead; every channel gives up much sooner."""
_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(minutes=15)


def retry_after(*, tries: int, jitter: float) -> timedelta:
    """Return how long to wait after ``tries`` attempts (1 or more): 5 s, 15 s, 45 s … 15 min, give or take half.

    ``jitter`` runs from 0 to 1 and spreads those who failed together.
    """
    wait = min(_FIRST_WAIT * int(3 ** (tries - 1)), _LONGEST_WAIT)
    return wait * (0.5 + jitter)


def tries_again(*, tries: int, at: datetime, expires_at: datetime) -> bool:
    """Return whether an attempt at ``at`` is worth making after ``tries`` failed ones."""
    return tries < MOST_TRIES and at < expires_at


CODE_DIGITS: Final = 7  # 23 bits; six digits are 19.9
CODE_LIFE: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5


def code_open(*, issued_at: datetime, tries: int, used_at: datetime | None, now: datetime) -> bool:
    """Return whether a one-time code may still be tried: within ten minutes, unused, fewer than five tries."""
    return used_at is None and tries < CODE_TRIES and issued_at <= now < issued_at + CODE_LIFE
