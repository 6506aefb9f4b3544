"""One look at others' data: a transaction that asks whether it may be, and ends with the entry saying whom it showed.

No trail, no answer: a look that ends without having said whom it showed raises, and everything in it is rolled back.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

from jejak.access import rules
from jejak.access.actions.permits import ANYWHERE, may, too_many
from jejak.access.errors import LookOver, LookUnsaid
from jejak.access.purposes import Field
from jejak.trail import actions as trail
from jejak.trail.rules import checked_purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from jejak.access.models import User
    from jejak.access.purposes import PurposeKind
    from jejak.access.rules import Scope
    from jejak.trail.queries import Entry
    from jejak.trail.rules import Purpose


class Look:
    """A look that was permitted and is going on; ``entry`` is what the trail says of it once it is over."""

    __slots__ = ("_detail", "_shown", "_within", "action", "at", "by", "entry", "kind", "purpose")

    def __init__(self, *, by: User, action: str, purpose: Purpose, kind: PurposeKind, at: datetime) -> None:
        """Begin in the transaction that this connection is in."""
        self.by, self.action, self.purpose, self.kind, self.at = by, action, purpose, kind, at
        self.entry: Entry | None = None
        self._shown: frozenset[int] | None = None
        self._detail: dict[str, object] = {}
        self._within = connection.connection

    @property
    def shown(self) -> frozenset[int] | None:
        """Whom it showed, by number; ``None`` as long as nobody said."""
        return self._shown

    @property
    def detail(self) -> Mapping[str, object]:
        """The numbers and references that its entry will hold."""
        return dict(self._detail)

    def shows(self, persons: Iterable[int], *, detail: Mapping[str, object] | None = None) -> None:
        """Say whom this look shows (maybe nobody), and in numbers and references what; said again, both add up."""
        self._shown = (self._shown or frozenset()) | frozenset(persons)
        self._detail |= detail or {}

    def sees(self, field: Field) -> bool:
        """Return whether the purpose needs a field in full."""
        return field in self.kind.sees

    def name(self, name: str) -> str:
        """Return a name as the purpose lets it be seen."""
        return name if self.sees(Field.NAME) else rules.masked_name(name)

    def phone(self, phone: str) -> str:
        """Return a phone number as the purpose lets it be seen."""
        return phone if self.sees(Field.PHONE) else rules.masked_phone(phone)

    def covers(self, *, by: User, purpose: Purpose) -> None:
        """Return if this look goes on, in this transaction, for this account and purpose.

        :raises LookOver: it does not, so what is read now would be on no trail.
        """
        here = self._within is not None and connection.in_atomic_block and connection.connection is self._within
        if not here or by.pk != self.by.pk or purpose != self.purpose:
            raise LookOver

    def close(self) -> None:
        """End; nothing more is read under it."""
        self._within = None


@contextmanager
def look(
    *,
    by: User,
    action: str,
    purpose: Purpose,
    scope: Scope = ANYWHERE,
    persons: Iterable[int] = (),
    at: datetime | None = None,
) -> Iterator[Look]:
    """Open a transaction, ask whether the look may be, and leave one trail entry that names exactly whom it showed.

    ``persons`` are those it is about where that is known before; a refusal names them. ``at`` defaults to the
    database's clock.

    :raises TrailError: nobody is named, or no purpose is given. :raises PurposeRefused: this account may not.
    :raises BudgetSpent: too many looks, or more people than are left of a day.
    :raises LookUnsaid: it ended without `Look.shows`, which is a bug of the caller.
    """
    checked_purpose(by=by, purpose=purpose)
    with transaction.atomic():
        moment = at or _database_clock()
        allowed = may(by=by, action=action, purpose=purpose, scope=scope, persons=persons, now=moment)
        going = Look(by=by, action=action, purpose=purpose, kind=allowed.kind, at=moment)
        try:
            yield going
        finally:
            going.close()
        shown = going.shown
        if shown is None:
            raise LookUnsaid(action)
        if len(shown) > allowed.people_left:
            too_many(by=by, action=action, purpose=purpose, persons=shown, now=moment)
        going.entry = trail.record(by=by, action=action, purpose=purpose, persons=shown, detail=going.detail, at=moment)


@contextmanager
def within(
    given: Look | None,
    *,
    by: User,
    action: str,
    purpose: Purpose,
    persons: Iterable[int] = (),
    at: datetime | None = None,
) -> Iterator[Look]:
    """Go on in the look that is given, which writes the trail, or else make one of its own for what is read here.

    :raises LookOver: the one given is over, or somebody else's, or for another purpose.
    """
    if given is None:
        with look(by=by, action=action, purpose=purpose, persons=persons, at=at) as own:
            yield own
        return
    given.covers(by=by, purpose=purpose)
    # What is said here about a single reading is not what the look as a whole shows: its caller says that.
    yield Look(by=by, action=action, purpose=purpose, kind=given.kind, at=given.at)


def _database_clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("select now()")
        row = cursor.fetchone()
    moment: datetime = row[0]
    return moment
