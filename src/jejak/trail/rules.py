"""What a trail entry needs before anything may be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from jejak.trail.errors import ActorMissing, PurposeMissing

LEAST_PURPOSE = 3
LONGEST_PURPOSE = 500
LONGEST_REFERENCE = 100


class Actor(Protocol):
    """Whoever looks or changes: an account with its number and name."""

    @property
    def id(self) -> int | None:
        """The account's number."""

    @property
    def name(self) -> str:
        """The account's name, as the person looked at will read it."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What somebody needs data for: a kind that `access.purposes` knows, what it refers to, and a few words.

    ``reference`` is the number of a search, case, ticket, appointment or inspection; empty where the kind needs none.
    """

    kind: str
    text: str
    reference: str = ""

    def __str__(self) -> str:
        """Return the words, as the person looked at reads them."""
        return self.text


def checked_purpose(*, by: Actor | None, purpose: str | Purpose) -> str:
    """Return the purpose's words, trimmed and at most 500 characters, once they and the actor are there.

    :raises ActorMissing: nobody is named.
    :raises PurposeMissing: fewer than three characters.
    """
    if by is None or by.id is None:
        raise ActorMissing
    text = " ".join(str(purpose).split())[:LONGEST_PURPOSE]
    if len(text) < LEAST_PURPOSE:
        raise PurposeMissing
    return text


def kind_of(purpose: str | Purpose) -> str:
    """Return the purpose's kind, empty for one that is only words."""
    return purpose.kind if isinstance(purpose, Purpose) else ""


def reference_of(purpose: str | Purpose) -> str:
    """Return what the purpose refers to, empty for one that is only words."""
    return purpose.reference[:LONGEST_REFERENCE] if isinstance(purpose, Purpose) else ""
