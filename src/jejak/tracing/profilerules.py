"""What a disease's profile may say, and the one that every node begins with: pure."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from jejak.tracing import tiers
from jejak.tracing.errors import ProfileInvalid
from jejak.tracing.windows import COVID_19, Days

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

USUAL_DISEASE: Final = "covid-19"
MINUTES: Final = 15
MOST_MINUTES: Final = 720
FOLLOW: Final = 10
MOST_FOLLOW: Final = 28
LONGEST_SOURCE: Final = 500
_CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "before": (0, 30),
    "after": (0, 60),
    "symptom_free": (0, 30),
    "sample_before": (0, 30),
    "sample_after": (0, 60),
    "backward": (0, 60),
}
"""Least and most days of each number of a profile."""

FIRST: Final[Mapping[str, Any]] = {
    "disease": USUAL_DISEASE,
    "name": "COVID-19",
    **asdict(COVID_19),
    "minutes": MINUTES,
    "tiers": list(tiers.USUAL),
    "source": "KKM and WHO: 2 days before onset to 10 days after, at least 3 of them without symptoms; 15 minutes.",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A version that an officer wants to make."""

    name: str
    days: Days
    minutes: int
    tiers: Sequence[Mapping[str, int | bool]]
    source: str
    follow: int = FOLLOW


def checked(wanted: Wanted) -> Wanted:
    """Return a version that may be made.

    :raises ProfileInvalid: a number is out of range, a rule cannot be read, or name or source is missing.
    """
    for name, (low, high) in RANGES.items():
        if not low <= getattr(wanted.days, name) <= high:
            raise ProfileInvalid(name)
    if not 1 <= wanted.minutes <= MOST_MINUTES:
        raise ProfileInvalid("minutes")
    if not 1 <= wanted.follow <= MOST_FOLLOW:
        raise ProfileInvalid("follow")
    for field in ("name", "source"):
        if not getattr(wanted, field).strip():
            raise ProfileInvalid(field)
    try:
        tiers.read(wanted.tiers)
    except (tiers.RulesInvalid, TypeError):  # or no list of rules at all
        raise ProfileInvalid("tiers") from None
    return wanted


def checked_code(disease: str) -> str:
    """Return a disease's code: small letters, digits and hyphens.

    :raises ProfileInvalid: it is none.
    """
    if not _CODE.fullmatch(disease):
        raise ProfileInvalid("disease")
    return disease
