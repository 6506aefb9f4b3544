"""How long cases and contacts are kept: whom nobody was shown goes first, then contacts and names, at last numbers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jejak.kernel.places import local_midnight
from jejak.kernel.settings import settings
from jejak.store import retention
from jejak.store.forgetting import by_function
from jejak.store.retention import Gone, RetentionClass
from jejak.tracing.models import ReportRow

if TYPE_CHECKING:
    from datetime import date

DAYS: Final = 90
"""Of the cells of tables, of contacts once they are over, and of names once their case is."""


def past_cells(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return how many rows' cells went: of tables that were finished so long ago, or sent then and never finished."""
    before = local_midnight(on - timedelta(days=days))
    over = Q(report__finished_at__lt=before) | Q(report__finished_at=None, report__at__lt=before)
    rows = ReportRow.objects.filter(over).exclude(cells_sealed=None)
    return [Gone("cells", rows.count() if dry_run else rows.update(cells_sealed=None))]


def register() -> None:
    """Register this room's classes: what refers to others before them, and all before the persons whom it holds."""
    for one in (_unseen(), _contacts(), _names(), _cells(), _cases()):
        retention.register(one)


def _unseen() -> RetentionClass:
    return RetentionClass(
        "contacts-unseen",
        _("Contacts whom nobody was shown"),
        lambda: settings().visit_days,
        by_function("tracing_forget_unseen", what="contacts"),
        order=62,
        holds=_("Whom a run found near a case, by number, and whom they met in turn"),
        tables=frozenset({"tracing_onward"}),
    )


def _contacts() -> RetentionClass:
    return RetentionClass(
        "contacts",
        _("Contacts of cases"),
        lambda: DAYS,
        by_function("tracing_forget_contacts", what="contacts"),
        order=64,
        holds=_("Who was exposed by whom, what was done about it, notices, and how they were on each day"),
        tables=frozenset(
            {
                "tracing_contact",
                "tracing_contact_event",
                "tracing_exposure",
                "tracing_notice_batch",
                "tracing_notice",
                "tracing_notice_dispute",
                "tracing_follow_up",
                "tracing_assessment",
            }
        ),
    )


def _names() -> RetentionClass:
    return RetentionClass(
        "case-names",
        _("Names of cases"),
        lambda: DAYS,
        by_function("tracing_forget_case_names", what="cases"),
        order=66,
        holds=_("Sealed names, numbers, documents and notes of cases, where they were, and whom they named"),
        tables=frozenset({"tracing_case_stay", "tracing_said_contact"}),
    )


def _cells() -> RetentionClass:
    return RetentionClass(
        "case-tables",
        _("Tables of cases"),
        lambda: DAYS,
        past_cells,
        order=72,
        holds=_("The cells of tables that laboratories and offices sent, sealed"),
        tables=frozenset({"tracing_report", "tracing_report_row"}),
    )


def _cases() -> RetentionClass:
    return RetentionClass(
        "cases",
        _("Cases without names"),
        lambda: settings().case_days,
        by_function("tracing_forget_cases", what="cases"),
        order=74,
        holds=_("Numbers, dates, districts, evidence and decisions of cases, and the runs over them"),
        tables=frozenset({"tracing_case", "tracing_case_event", "tracing_run", "tracing_run_case"}),
    )
