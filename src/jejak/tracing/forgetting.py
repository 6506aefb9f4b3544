"""What of tables of cases goes after its time: the sealed cells; that a row was there, and what became of it, stays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from jejak.kernel.places import local_midnight
from jejak.store.retention import Gone
from jejak.tracing.models import ReportRow

if TYPE_CHECKING:
    from datetime import date

DAYS: Final = 90


def past_cells(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return how many rows' cells went: of tables that were finished, or never agreed to, so long ago."""
    before = local_midnight(on - timedelta(days=days))
    over = Q(report__finished_at__lt=before) | Q(report__confirmed_at=None, report__at__lt=before)
    rows = ReportRow.objects.filter(over).exclude(cells_sealed=None)
    return [Gone("cells", rows.count() if dry_run else rows.update(cells_sealed=None))]
