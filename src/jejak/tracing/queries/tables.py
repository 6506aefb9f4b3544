"""Tables of quarantine: the one in force on a day, the one a follow-up was given, and all of a disease."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jejak.tracing import followrules, quarantine
from jejak.tracing.models import Profile, QuarantineTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from jejak.tracing.models import Contact
    from jejak.tracing.quarantine import Table


@dataclass(frozen=True, slots=True)
class TableView:
    """One version of a table, and who made it; nobody made the first."""

    number: int
    disease: str
    version: int
    table: Table
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Tables:
    """What is needed to work out follow-ups of some diseases: their tables, and how long each is followed."""

    views: Mapping[int, TableView]
    days: Mapping[str, int]

    def in_force(self, disease: str, *, on: date) -> TableView | None:
        """Return the table of a disease that holds on a day, in its latest version; ``None`` before the first."""
        fit = [one for one in self.views.values() if one.disease == disease and one.table.valid_from <= on]
        return max(fit, key=_rank, default=None)

    def in_force_for(self, contact: Contact) -> TableView | None:
        """Return the table that holds on the day of a contact's last exposure."""
        return self.in_force(contact.disease, on=followrules.last_day(contact.last))

    def spans(self) -> Iterator[tuple[date, date | None, TableView]]:
        """Yield each table in its latest version with the day from which it holds, and the one on which it ends."""
        latest: dict[tuple[str, date], TableView] = {}
        for one in sorted(self.views.values(), key=_rank):
            latest[one.disease, one.table.valid_from] = one
        for (disease, begins), one in latest.items():
            later = [day for code, day in latest if code == disease and day > begins]
            yield begins, min(later, default=None), one

    def of(self, disease: str) -> tuple[TableView, ...]:
        """Return every version of every table of a disease, the latest to hold first."""
        fit = (one for one in self.views.values() if one.disease == disease)
        return tuple(sorted(fit, key=_rank, reverse=True))

    def by_number(self, number: int) -> TableView | None:
        """Return the table with a number."""
        return self.views.get(number)

    def followed_days(self, disease: str) -> int:
        """Return for how many days after the last exposure a contact is followed, by the newest profile."""
        return self.days[disease]


def read(diseases: Iterable[str]) -> Tables:
    """Return the tables of some diseases and for how long their contacts are followed."""
    codes = set(diseases)
    rows = QuarantineTable.objects.select_related("made_by").filter(disease__in=codes)
    profiles = Profile.objects.filter(disease__in=codes).order_by("disease", "-version").distinct("disease")
    return Tables({row.pk: _view(row) for row in rows}, dict(profiles.values_list("disease", "follow")))


def read_all() -> Tables:
    """Return the tables of every disease that has a profile."""
    return read(Profile.objects.values_list("disease", flat=True))


def tables_of(disease: str) -> tuple[TableView, ...]:
    """Return every version of every table of a disease, the latest to hold first."""
    return read([disease]).of(disease)


def followed(disease: str) -> bool:
    """Return whether contacts of a disease are followed up, because it has a profile."""
    return Profile.objects.filter(disease=disease).exists()


def _rank(one: TableView) -> tuple[date, int]:
    return one.table.valid_from, one.version


def _view(row: QuarantineTable) -> TableView:
    said = {"valid_from": row.valid_from.isoformat(), "source": row.source, "rows": row.rows}
    made_by = row.made_by.name if row.made_by else ""
    return TableView(row.pk, row.disease, row.version, quarantine.read(said), made_by, row.made_at)
