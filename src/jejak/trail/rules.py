"""What a trail entry needs before anything may be looked at."""

from typing import Protocol

from jejak.trail.errors import ActorMissing, PurposeMissing

LEAST_PURPOSE = 3
LONGEST_PURPOSE = 500


class Actor(Protocol):
    """Whoever looks or changes: an account with its number and name."""

    @property
    def id(self) -> int | None:
        """The account's number."""

    @property
    def name(self) -> str:
        """The account's name, as the person looked at will read it."""


def checked_purpose(*, by: Actor | None, purpose: str) -> str:
    """Return the purpose, trimmed and at most 500 characters, once it and the actor are there.

    :raises ActorMissing: nobody is named.
    :raises PurposeMissing: fewer than three characters.
    """
    if by is None or by.id is None:
        raise ActorMissing
    text = " ".join(purpose.split())[:LONGEST_PURPOSE]
    if len(text) < LEAST_PURPOSE:
        raise PurposeMissing
    return text
