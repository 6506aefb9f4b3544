"""Reading searches back from the trail; the people they name are released by `actions`, in the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jejak.access import queries as accounts
from jejak.tracing import records
from jejak.tracing.answers import Recent
from jejak.tracing.errors import SearchUnknown
from jejak.trail import queries as trail

if TYPE_CHECKING:
    from uuid import UUID

    from jejak.access.actions import User
    from jejak.tracing.records import Search
    from jejak.trail.rules import Actor

LOOKED_BACK: Final = 200  # entries read to tell how many a search found


def search(*, uuid: UUID, kind: str, by: User) -> Search:
    """Return a search of this account's, or of its agency's.

    :raises SearchUnknown: there is none of this kind; anybody else's, and any other entry's reference, answer the same.
    """
    found = records.read(trail.entry(uuid))
    if found is None or found.kind != kind or not open_to(found, account=by.pk):
        raise SearchUnknown
    return found


def recent(*, by: Actor, limit: int = 10) -> tuple[Recent, ...]:
    """Return an officer's latest searches, newest first, with how many each found when last looked at."""
    if by.id is None:
        return ()
    looks = trail.entries_by(by.id, actions=(records.SHOWN,), limit=LOOKED_BACK)
    found: dict[str, int] = {}
    for look in looks:
        found.setdefault(look.detail["search"], look.detail["found"])
    started = [records.read(entry) for entry in trail.entries_by(by.id, actions=(records.SEARCHED,), limit=limit)]
    return tuple(_recent(each, found.get(str(each.uuid))) for each in started if each)


def _recent(each: Search, found: int | None) -> Recent:
    return Recent(each.uuid, each.at, each.kind, each.purpose, each.window, found)


def open_to(search: Search, *, account: int) -> bool:
    """Return whether a search is an account's own, or one of the agency it belongs to today."""
    return search.by_id == account or (search.agency != "" and accounts.employer_of(account) == search.agency)
