"""How long the room keeps what it writes down beside accounts: codes, bound browsers, invitations, requests, alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from jejak.kernel.places import local_midnight
from jejak.kernel.settings import settings
from jejak.store import retention
from jejak.store.forgetting import by_function, nothing
from jejak.store.retention import Gone, RetentionClass

if TYPE_CHECKING:
    from datetime import date

A_DAY: Final = 1
A_QUARTER: Final = 90
A_YEAR: Final = 365
LOG_DAYS: Final = 14
"""For whoever collects the logs: Jejak writes them to standard error and keeps none."""


def register() -> None:
    """Add the classes; requests go after the files that name them."""
    for found in (
        RetentionClass(
            "sessions", _("Sessions"), lambda: A_DAY, past_sessions, 30,
            _("Who is signed in on which browser, sealed or as numbers"), frozenset({"django_session"}),
        ),
        RetentionClass(
            "bindcodes", _("Codes for one more browser"), lambda: A_DAY, _past("bindcodes", "codes"), 30,
            _("Digests of codes that a bound browser showed"), frozenset({"access_bindcode"}),
        ),
        RetentionClass(
            "bindings", _("Browsers that are bound no more"), lambda: A_QUARTER, _past("bindings", "bindings"), 30,
            _("Which account's browser opened whose data until when"), frozenset({"access_bound"}),
        ),
        RetentionClass(
            "invitations", _("Invitations of staff that ended"), lambda: A_QUARTER,
            _past("invitations", "invitations"), 30,
            _("Name, e-mail address and role of whoever was invited"), frozenset({"access_invitation"}),
        ),
        RetentionClass(
            "requests", _("Requests for a second person"), lambda: settings().trail_days,
            _past("requests", "requests"), 89,
            _("Who asked for what and why, who decided it"), frozenset({"access_request"}),
        ),
        RetentionClass(
            "alerts", _("Alerts that were looked into"), lambda: A_YEAR, _past("alerts", "alerts"), 30,
            _("Which account was stopped, and what somebody found"), frozenset({"access_alert"}),
        ),
        RetentionClass(
            "logs", _("Logs"), lambda: LOG_DAYS, nothing, 99,
            _("What went wrong where; no personal data. Whoever collects them deletes them after this time"),
            kept=False,
        ),
    ):  # fmt: skip
        retention.register(found)


def past_sessions(*, on: date, days: int, dry_run: bool, force: bool) -> list[Gone]:  # noqa: ARG001 - as every class is run
    """Return how many sessions that ended before a day went."""
    del days  # a session says itself when it ends
    found = Session.objects.filter(expire_date__lt=local_midnight(on))
    return [Gone("sessions", found.count() if dry_run else found.delete()[0])]


def _past(name: str, what: str) -> retention.Run:
    return by_function(f"access_forget_{name}", what=what)
