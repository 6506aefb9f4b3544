"""The published records in plain words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Mapping

CLASSES = {"visits": _("Visits"), "messages": _("Messages"), "trail": _("The trail of looks")}
"""What a class of data is called; one that is not here shows by its name in the record."""


def retention_run(record: Mapping[str, Any]) -> str:
    """Return what a run of retention deleted, as a sentence."""
    named = {"what": _named(record["class"]), "kept": _day(record["kept_from"])}
    if record["day"] is None:
        return gettext("%(what)s: none was past its time. All since %(kept)s are kept.") % named
    deleted = {"day": _day(record["day"]), "rows": f"{record['rows']:,}"}
    return gettext("%(what)s of %(day)s were deleted: %(rows)s. All since %(kept)s are kept.") % (named | deleted)


def retention_periods(record: Mapping[str, Any]) -> str:
    """Return for how long each class is kept, as a sentence."""
    periods = [
        gettext("%(what)s %(days)s days") % {"what": _named(name), "days": days}
        for name, days in sorted(record["days"].items())
    ]
    return gettext("From here on are kept: %(periods)s.") % {"periods": "; ".join(periods)}


def _named(name: str) -> str:
    return str(CLASSES.get(name, name))


def _day(text: str) -> str:
    return words.day(date.fromisoformat(text), language=(get_language() or "ms")[:2])
