"""The published entries as the page tells them: in sentences, by day, and how the periods changed last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Q

from jejak.kernel.places import local_midnight
from jejak.ledger.entries import RETENTION_PERIODS
from jejak.ledger.forgetting import NEVER, kept_from
from jejak.ledger.models import Record
from jejak.ledger.queries import Kept, kept
from jejak.store import retention

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

A_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Gone:
    """Whether a day of a class is gone, as the runs say; ``since`` is from when on all is kept, if one said so."""

    label: str
    gone: bool
    since: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """For how many days a class was kept and is now; ``None`` where it is not in the table."""

    label: str
    before: int | None
    now: int | None

    @property
    def word(self) -> str:
        """Return what happened to the period: same, new, ended, longer or shorter."""
        if self.before is None or self.now is None:
            return "new" if self.before is None else "ended"
        return "same" if self.before == self.now else "longer" if self.before < self.now else "shorter"


@dataclass(frozen=True, slots=True)
class Periods:
    """The table of periods in force since an entry, compared with the one before it, if there was one."""

    index: int
    at: datetime
    before: int | None
    changes: tuple[Change, ...]


def records(*, kinds: Collection[int], on: date | None, page: int) -> Page[Kept]:
    """Return a page of the published records in the log, newest first; of a day, those about it or made on it."""
    found = Record.objects.filter(opened=True, place__isnull=False, kind__in=kinds).select_related("place")
    if on:
        told = Q(record__contains=f'"day":"{on}"') | Q(record__contains=f'"on":"{on}"')
        made = Q(at__gte=local_midnight(on), at__lt=local_midnight(on + timedelta(days=1)))
        found = found.filter(told | made)
    shown: Page[Any] = Paginator(found.order_by("-pk"), A_PAGE).get_page(page)
    shown.object_list = [kept(record) for record in shown.object_list]
    return shown


def gone_on(*, day: date) -> list[Gone]:
    """Return of each class whether its rows of a day are gone."""
    known = [(str(one.label), kept_from(of=code)) for code, one in retention.classes().items()]
    return [Gone(label, day < since, None if since == NEVER else since) for label, since in known]


def periods() -> Periods | None:
    """Return the periods in force and what changed with them; ``None`` before they were first published."""
    found = Record.objects.filter(kind=RETENTION_PERIODS.number, opened=True, place__isnull=False)
    latest = [kept(record) for record in found.select_related("place").order_by("-pk")[:2]]
    if not latest:
        return None
    now, before = _days(latest[0]), (_days(latest[1]) if latest[1:] else {})
    codes = sorted({*now, *before}, key=_label)
    changes = (Change(_label(code), before.get(code) if latest[1:] else now[code], now.get(code)) for code in codes)
    return Periods(latest[0].index or 0, latest[0].at, latest[1].index if latest[1:] else None, tuple(changes))


def _days(periods: Kept) -> Mapping[str, int]:
    return dict((periods.record or {}).get("days", {}))


def _label(code: str) -> str:
    found = retention.classes().get(code)
    return str(found.label) if found else code
