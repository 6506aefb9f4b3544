"""Reading what stands at doors. An owner's question for another's premises finds nothing, like one for none at all."""

from jejak.entrance.queries.marks import HourMark, mark, marks
from jejak.entrance.queries.members import MemberOf, at_work, member_of, members_at, members_of
from jejak.entrance.queries.places import Account, Standing, at_poster, poster_for_phones, standing
from jejak.entrance.queries.tablets import (
    Paired,
    TabletOf,
    code_of,
    digest_of,
    former,
    paired,
    tablet_of,
    tablets_of,
)
from jejak.entrance.queries.tablets import current as current_tablets
from jejak.entrance.queries.today import Day, Numbers, day, numbers, unusual

__all__ = [
    "Account",
    "Day",
    "HourMark",
    "MemberOf",
    "Numbers",
    "Paired",
    "Standing",
    "TabletOf",
    "at_poster",
    "at_work",
    "code_of",
    "current_tablets",
    "day",
    "digest_of",
    "former",
    "mark",
    "marks",
    "member_of",
    "members_at",
    "members_of",
    "numbers",
    "paired",
    "poster_for_phones",
    "standing",
    "tablet_of",
    "tablets_of",
    "unusual",
]
