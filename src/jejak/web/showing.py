"""Who asks for a citizen's page and whom the browser shows, and one deed with their data as that page tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jejak.people.queries import Held
    from jejak.trail.queries import Asked, Entry


@dataclass(frozen=True, slots=True)
class Asking:
    """A citizen on a browser: the account, whom the browser shows, whom it is bound to, whether it checked in."""

    account: Any
    held: tuple[Held, ...]
    bound: int | None
    visitor: tuple[int, int] | None

    @property
    def names(self) -> dict[int, str]:
        """Whose a visit is, where there is more than one person."""
        return {one.person: one.name for one in self.held} if len(self.held) > 1 else {}


@dataclass(frozen=True, slots=True)
class Look:
    """One deed about one person: what it was in words, who did it, and what was asked and answered about it."""

    entry: Entry
    person: int
    whose: str
    said: str
    own: bool
    asked: Asked | None
    who: str = ""
    why: str = ""
