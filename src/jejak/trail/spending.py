"""How often an account was refused lately, and when one that spent its budget may look again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from jejak.trail.models import Entry

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from django.db.models import QuerySet


def count_refused(*, by_id: int, since: datetime) -> int:
    """Return how often an account was refused since a moment, spent budgets left out: they are told of already."""
    mine = Entry.objects.filter(by_id=by_id, at__gte=since).exclude(refused="")
    return mine.exclude(refused__startswith="budget-").count()


def was_refused(*, by_id: int, action: str, purpose: str, since: datetime) -> bool:
    """Return whether an account was refused this very thing since a moment."""
    mine = Entry.objects.filter(by_id=by_id, at__gt=since, action=action, purpose=purpose)
    return mine.exclude(refused="").exists()


def count_done(*, by_id: int, action: str, since: datetime) -> int:
    """Return how often an account did one thing since a moment."""
    return Entry.objects.filter(by_id=by_id, at__gt=since, action=action, refused="").count()


def looks_again_at(*, by_id: int, most: int, within: timedelta) -> datetime | None:
    """Return when an account that spent its looks (``most`` of them ``within`` so long) has one again."""
    oldest = list(_looks(by_id).values_list("at", flat=True)[most - 1 : most])
    return oldest[0] + within if oldest else None


def people_again_at(*, by_id: int, most: int, within: timedelta) -> datetime | None:
    """Return when an account that was shown ``most`` people ``within`` so long may be shown one again."""
    shown = 0
    for at, named in _looks(by_id).annotate(named=Count("subjects")).values_list("at", "named").iterator():
        shown += named
        if shown >= most:
            return at + within
    return None


def _looks(by_id: int) -> QuerySet[Entry]:
    return Entry.objects.filter(by_id=by_id, refused="").exclude(kind="").order_by("-at", "-pk")
