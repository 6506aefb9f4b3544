"""Reading what stands at doors. An owner's question for another's premises finds nothing, like one for none at all."""

from jejak.entrance.queries.members import MemberOf, at_work, member_of, members_at, members_of
from jejak.entrance.queries.places import Account, Standing, poster_for_phones, standing
from jejak.entrance.queries.tablets import (
    Paired,
    TabletOf,
    code_of,
    digest_of,
    paired,
    tablet_of,
    tablets_of,
)
from jejak.entrance.queries.today import Day, Numbers, day, numbers, unusual

__all__ = [
    "Account",
    "Day",
    "MemberOf",
    "Numbers",
    "Paired",
    "Standing",
    "TabletOf",
    "at_work",
    "code_of",
    "day",
    "digest_of",
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
