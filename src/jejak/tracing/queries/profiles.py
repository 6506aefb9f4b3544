"""Reading the profiles of diseases: every version stays, so that an old case is read by the one it was opened with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jejak.tracing.errors import ProfileInvalid
from jejak.tracing.models import Profile
from jejak.tracing.windows import Days

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class ProfileView:
    """One version of a disease's profile."""

    number: int
    disease: str
    name: str
    version: int
    days: Days
    minutes: int
    follow: int
    tiers: Sequence[Mapping[str, int | bool]]
    source: str
    made_by: str
    made_at: datetime


def profiles() -> tuple[ProfileView, ...]:
    """Return the newest version of each disease, by name."""
    rows = Profile.objects.select_related("made_by").order_by("disease", "-version").distinct("disease")
    return tuple(sorted((view(row) for row in rows), key=lambda each: each.name))


def profile(*, disease: str) -> ProfileView:
    """Return the newest version of a disease's profile.

    :raises ProfileInvalid: there is none.
    """
    found = versions(disease=disease)
    if not found:
        raise ProfileInvalid("disease")
    return found[0]


def versions(*, disease: str) -> tuple[ProfileView, ...]:
    """Return all versions of a disease's profile, the newest first."""
    rows = Profile.objects.select_related("made_by").filter(disease=disease).order_by("-version")
    return tuple(view(row) for row in rows)


def view(row: Profile) -> ProfileView:
    """Return a version as others see it."""
    return ProfileView(
        number=row.pk,
        disease=row.disease,
        name=row.name,
        version=row.version,
        days=Days(row.before, row.after, row.symptom_free, row.sample_before, row.sample_after, row.backward),
        minutes=row.minutes,
        follow=row.follow,
        tiers=tuple(row.tiers),
        source=row.source,
        made_by=row.made_by.name if row.made_by else "",
        made_at=row.made_at,
    )
