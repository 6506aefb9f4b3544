"""The published records in plain words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext

from jejak.store import retention
from jejak.ui import words

if TYPE_CHECKING:
    from collections.abc import Mapping


def retention_run(record: Mapping[str, Any]) -> str:
    """Return what a run of retention deleted, as a sentence."""
    named = {"what": _named(record["class"]), "kept": _day(record["kept_from"])}
    rows = f"{record['rows']:,}"
    if record["day"] is None and record["rows"]:
        return gettext("%(what)s: %(rows)s were deleted. All since %(kept)s are kept.") % (named | {"rows": rows})
    if record["day"] is None:
        return gettext("%(what)s: none was past its time. All since %(kept)s are kept.") % named
    deleted = {"day": _day(record["day"]), "rows": rows}
    return gettext("%(what)s of %(day)s were deleted: %(rows)s. All since %(kept)s are kept.") % (named | deleted)


def retention_periods(record: Mapping[str, Any]) -> str:
    """Return for how long each class is kept, as a sentence."""
    periods = [
        gettext("%(what)s %(days)s days") % {"what": _named(name), "days": days}
        for name, days in sorted(record["days"].items())
    ]
    return gettext("From here on are kept: %(periods)s.") % {"periods": "; ".join(periods)}


def restored(record: Mapping[str, Any]) -> str:
    """Return from which backup the node came back, and how many entries' records it knows no more, as a sentence."""
    named = {"day": _day(record["taken"][:10]), "lost": record["published"] - record["known"]}
    return (
        gettext("This node came back from a backup of %(day)s. The log had gone on by %(lost)s entries since.") % named
    )


def _named(name: str) -> str:
    """Return what the rooms call a class of data, or its code if none of them keeps it any more."""
    found = retention.classes().get(name)
    return str(found.label) if found else name


def _day(text: str) -> str:
    return words.day(date.fromisoformat(text), language=(get_language() or "ms")[:2])
